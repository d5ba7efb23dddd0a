/** Drags in a real Chromium: what it picks up in one page is dropped on another, as its own drag and drop would. */
import { once } from 'node:events';
import type { CDPSession, Locator, Page } from 'playwright-core';

/** What Chromium carries in a drag. */
export interface DragData {
  readonly items: { readonly mimeType: string; readonly data: string; readonly title?: string; readonly baseURL?: string }[];
  readonly files?: string[];
  readonly dragOperationsMask: number;
}

/** Every operation: copy, link and move. */
const anyOperation = 1 | 2 | 16;
/** The bit of Alt among the modifiers. */
const alt = 1;

/** Data of the forms given, and real files by path. */
export function dragOf(forms: Readonly<Record<string, string>>, files: string[] = []): DragData {
  const items = Object.entries(forms).map(([mimeType, data]) => ({ mimeType, data }));
  return { items, files, dragOperationsMask: anyOperation };
}

async function middleOf(target: Locator): Promise<{ x: number; y: number }> {
  const box = await target.boundingBox();
  if (!box) throw new Error('what is dragged or dropped on is not on screen');
  return { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
}

/** Begins a drag with the mouse, and gives what Chromium picked up. */
export async function pickUp(page: Page, source: Locator): Promise<DragData> {
  const session = await page.context().newCDPSession(page);
  await session.send('Input.setInterceptDrags', { enabled: true });
  const { x, y } = await middleOf(source);
  const picked = once(session as unknown as NodeJS.EventEmitter, 'Input.dragIntercepted');
  await session.send('Input.dispatchMouseEvent', { type: 'mousePressed', x, y, button: 'left', clickCount: 1 });
  await session.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: x + 20, y: y + 20, button: 'left', buttons: 1 });
  const [{ data }] = (await picked) as [{ data: DragData }];
  await session.detach();
  return data;
}

/** Carries a drag over a page. */
export class Carried {
  readonly #session: CDPSession;
  readonly #data: DragData;
  #place = { x: 0, y: 0 };

  constructor(session: CDPSession, data: DragData) {
    this.#session = session;
    this.#data = data;
  }

  async over(target: Locator): Promise<void> {
    this.#place = await middleOf(target);
    await this.#send('dragEnter');
    await this.#send('dragOver');
  }

  /** Drops where it was last; the page must have taken what hovered there. */
  async drop(options: { withAlt?: boolean } = {}): Promise<void> {
    await this.#send('dragOver', options.withAlt);
    await this.#send('drop', options.withAlt);
  }

  async #send(type: 'dragEnter' | 'dragOver' | 'drop', withAlt = false): Promise<void> {
    await this.#session.send('Input.dispatchDragEvent', { type, ...this.#place, data: this.#data, modifiers: withAlt ? alt : 0 });
  }
}

/** A drag that comes into this page from outside. */
export async function carry(page: Page, data: DragData): Promise<Carried> {
  return new Carried(await page.context().newCDPSession(page), data);
}
