/** The menu bar. Editing and window roles are the system's; without them Cmd+C and Cmd+V would not work in fields on macOS. */
import { Menu, type MenuItemConstructorOptions } from 'electron';

/** Sets the application's menu. What the page does has its keys there; the menu shows the system's deeds. */
export function setMenu({ platform, hasDevTools }: { platform: NodeJS.Platform; hasDevTools: boolean }): void {
  const isMac = platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    { label: 'File', submenu: [isMac ? { role: 'close' } : { role: 'quit' }] },
    {
      label: 'Edit',
      // Undo and redo are the library's own (Mod+Z in the page); as roles they would swallow its keys.
      submenu: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll', registerAccelerator: false }],
    },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(hasDevTools ? [{ type: 'separator' as const }, { role: 'toggleDevTools' as const }] : []),
      ],
    },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
