/** Commands of the loupe and its players. */
import type { Command } from '../../app/command.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { removeRows } from '../table/row-deeds.ts';
import { select } from '../table/selection.ts';
import { dispatchZoom, type PlayerDeeds } from './loupe-store.ts';
import { canPan, type Point } from './zoom.ts';

/** An arrow moves the picture by this, in CSS px. */
const panStep = 80;

const isOpen = ({ look }: Session) => look.getState().isLoupeOpen;
const hasPicture = ({ loupe }: Session) => loupe.getState().hasPicture;
const isPannable = (session: Session) => hasPicture(session) && canPan(session.loupe.getState().zoom);
const hasPlayer = ({ loupe }: Session) => loupe.getState().player !== null;
const rowCount = ({ table }: Session) => table.getState().view?.rowCount ?? 0;
const rowShown = ({ table }: Session) => table.getState().selection.focus.row;

/** Shows another row of the view, in its order; the selection follows. Past the ends nothing happens. */
export function showRow(session: Session, row: number): void {
  if (row < 0 || row >= rowCount(session)) return;
  session.table.setState(({ selection }) => ({
    selection: select(selection, { type: 'chosen', focus: { row, column: selection.focus.column } }),
  }));
}

/** Back to the rows. */
export function closeLoupe({ look, loupe }: Session): void {
  loupe.setState({ isFullScreen: false });
  look.setState({ isLoupeOpen: false });
}

/** Gives the loupe the whole screen, or takes it back; opens it where it is not open. */
export function toggleFullScreen({ look, loupe }: Session): void {
  look.setState({ isLoupeOpen: true });
  loupe.setState(({ isFullScreen }) => ({ isFullScreen: !isFullScreen }));
}

/** No sound, or sound again. */
export function toggleMute({ loupe }: Session): void {
  loupe.setState(({ volume }) => ({ volume: { ...volume, isMuted: !volume.isMuted } }));
}

function pan({ loupe }: Session, by: Point): void {
  dispatchZoom(loupe, { type: 'panned', by });
}

/** Where a picture is zoomed in, an arrow moves it; else it goes to the next one. */
function goOrPan(session: Session, direction: 1 | -1): void {
  if (isPannable(session)) pan(session, { x: -direction * panStep, y: 0 });
  else showRow(session, rowShown(session) + direction);
}

function zoomBy({ loupe }: Session, direction: 1 | -1): void {
  dispatchZoom(loupe, { type: 'stepped', direction, at: loupe.getState().pointer });
}

/** The shown row alone, whatever else is selected. */
function removeShown(session: Session): void {
  showRow(session, rowShown(session));
  void removeRows(session);
}

function play({ loupe }: Session, deed: (player: PlayerDeeds) => void): void {
  const { player } = loupe.getState();
  if (player) deed(player);
}

/** A command that is heard wherever the focus is in an open loupe. */
function inLoupe(command: Omit<Command, 'context' | 'when'> & { readonly when?: Command['when'] }): Command {
  return { when: isOpen, ...command, context: 'loupe' };
}

/** A command on what plays. */
function inPlayer(id: string, title: string, keys: readonly string[], deed: (player: PlayerDeeds) => void): Command {
  return { id, title, keys, context: 'player', when: hasPlayer, run: (session) => play(session, deed) };
}

/** Everything keys do in the loupe. */
export const loupeCommands: readonly Command[] = [
  inLoupe({ id: 'closeLoupe', title: words.backToRows, keys: ['Escape', 'g', 'e', 'Space'], run: closeLoupe }),
  inLoupe({ id: 'previousFile', title: words.previousFile, keys: ['ArrowLeft'], run: (session) => goOrPan(session, -1) }),
  inLoupe({ id: 'nextFile', title: words.nextFile, keys: ['ArrowRight'], run: (session) => goOrPan(session, 1) }),
  inLoupe({
    id: 'previousFileAlways',
    title: words.previousFile,
    keys: ['Mod+ArrowLeft'],
    run: (session) => showRow(session, rowShown(session) - 1),
  }),
  inLoupe({
    id: 'nextFileAlways',
    title: words.nextFile,
    keys: ['Mod+ArrowRight'],
    run: (session) => showRow(session, rowShown(session) + 1),
  }),
  inLoupe({
    id: 'panUp',
    title: words.moveUp,
    keys: ['ArrowUp'],
    when: isPannable,
    run: (session) => pan(session, { x: 0, y: panStep }),
  }),
  inLoupe({
    id: 'panDown',
    title: words.moveDown,
    keys: ['ArrowDown'],
    when: isPannable,
    run: (session) => pan(session, { x: 0, y: -panStep }),
  }),
  inLoupe({ id: 'firstFile', title: words.firstFile, keys: ['Home'], run: (session) => showRow(session, 0) }),
  inLoupe({ id: 'lastFile', title: words.lastFile, keys: ['End'], run: (session) => showRow(session, rowCount(session) - 1) }),
  inLoupe({
    id: 'zoomToggle',
    title: words.zoomToggle,
    keys: ['z'],
    when: hasPicture,
    run: ({ loupe }) => dispatchZoom(loupe, { type: 'toggled', at: loupe.getState().pointer }),
  }),
  inLoupe({ id: 'zoomIn', title: words.zoomIn, keys: ['+', '='], when: hasPicture, run: (session) => zoomBy(session, 1) }),
  inLoupe({ id: 'zoomOut', title: words.zoomOut, keys: ['-', '−'], when: hasPicture, run: (session) => zoomBy(session, -1) }),
  inLoupe({ id: 'removeShown', title: words.removeRows, keys: ['Delete', 'Backspace'], run: removeShown }),
  {
    id: 'fullScreen',
    title: words.fullScreen,
    keys: ['f'],
    context: 'content',
    when: (session) => rowShown(session) >= 0 && rowShown(session) < rowCount(session),
    run: toggleFullScreen,
  },
  inPlayer('playOrPause', words.playOrPause, ['Space'], (player) => player.playOrPause()),
  inPlayer('seekBack', words.seekBack, ['j'], (player) => player.seekBy(-10)),
  inPlayer('seekOn', words.seekOn, ['l'], (player) => player.seekBy(10)),
  inPlayer('seekBackLittle', words.seekBackLittle, ['Shift+ArrowLeft'], (player) => player.seekBy(-5)),
  inPlayer('seekOnLittle', words.seekOnLittle, ['Shift+ArrowRight'], (player) => player.seekBy(5)),
  inPlayer('previousFrame', words.previousFrame, [','], (player) => player.stepFrame(-1)),
  inPlayer('nextFrame', words.nextFrame, ['.'], (player) => player.stepFrame(1)),
  inPlayer('slower', words.slower, ['<'], (player) => player.changeSpeed(-1)),
  inPlayer('faster', words.faster, ['>'], (player) => player.changeSpeed(1)),
  { id: 'mute', title: words.mute, keys: ['m'], context: 'player', when: hasPlayer, run: toggleMute },
];
