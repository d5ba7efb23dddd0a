/** A picture on the stage: the thumbnail at once, the picture itself in its place once it is decoded; zoomed at the pointer, moved by dragging. */
import { type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import styles from './picture-view.module.css';
import { boxOf, canPan, type Point, type Size, type ZoomAction, type ZoomState, zoomOf } from './zoom.ts';

interface PictureViewProps {
  readonly name: string;
  /** Null while none may be asked for. */
  readonly thumbnail: string | null;
  /** What the picture element shows, or null while it is not here. */
  readonly url: string | null;
  /** As it will be shown, or null where only the picture itself will tell. */
  readonly size: Size | null;
  readonly isSeenThrough: boolean;
  /** Drawn anew at every size, so that it has no pixels to show. */
  readonly isVector: boolean;
  readonly zoom: ZoomState;
  readonly onZoom: (action: ZoomAction) => void;
  readonly onPointer: (at: Point | null) => void;
  /** The thumbnail came, or will not come. */
  readonly onThumbnail: () => void;
  readonly onShown: () => void;
  readonly onFailed: () => void;
}

/** Above this share of its true size pixels are squares. */
const squareAbove = 2;
/** How much nearer one px of the wheel or of a pinch brings, as a power of e. */
const wheelRate = 0.0025;
const pinchRate = 0.01;
/** Sides whose shares differ by less are of the same shape. */
const sameShape = 0.01;

export function PictureView(props: PictureViewProps) {
  const { name, thumbnail, url, size, isSeenThrough, isVector, zoom, onZoom, onPointer } = props;
  const stage = useRef<HTMLDivElement>(null);
  const drag = useRef<Point | null>(null);
  const [shownUrl, setShownUrl] = useState<string | null>(null);
  const latest = useRef(props);
  latest.current = props;

  useLayoutEffect(() => {
    const element = stage.current;
    if (!element) return;
    const measure = () =>
      latest.current.onZoom({
        type: 'sized',
        stage: { width: element.clientWidth, height: element.clientHeight },
        ratio: window.devicePixelRatio,
      });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const [width, height] = [size?.width, size?.height];
  useLayoutEffect(() => {
    if (width !== undefined && height !== undefined) latest.current.onZoom({ type: 'shown', picture: { width, height } });
  }, [width, height]);

  // React listens to the wheel passively, and a passive listener cannot keep the page from zooming.
  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    function turn(event: WheelEvent): void {
      const { zoom: now, onZoom: dispatch } = latest.current;
      const at = placeOf(event, element);
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        // A pinch comes as a wheel with Ctrl and small steps: https://developer.mozilla.org/docs/Web/API/Element/wheel_event
        const rate = Math.abs(event.deltaY) < 40 ? pinchRate : wheelRate;
        dispatch({ type: 'multiplied', by: Math.exp(-event.deltaY * rate), at });
      } else if (canPan(now)) {
        event.preventDefault();
        dispatch({ type: 'panned', by: { x: -event.deltaX, y: -event.deltaY } });
      }
    }
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  }, []);

  async function decode(image: HTMLImageElement): Promise<void> {
    const wanted = latest.current.url;
    try {
      await image.decode();
    } catch {
      // A picture that left meanwhile is no failure; one without pixels is.
      if (latest.current.url === wanted) latest.current.onFailed();
      return;
    }
    if (latest.current.url !== wanted) return;
    const { naturalWidth, naturalHeight } = image;
    const known = latest.current.size;
    const isOther = known === null || Math.abs(naturalWidth / naturalHeight / (known.width / known.height) - 1) > sameShape;
    if (isOther && naturalWidth > 0) onZoom({ type: 'shown', picture: { width: naturalWidth, height: naturalHeight } });
    setShownUrl(wanted);
    latest.current.onShown();
  }

  function move(event: PointerEvent): void {
    onPointer(placeOf(event, stage.current));
    if (!drag.current) return;
    onZoom({ type: 'panned', by: { x: event.clientX - drag.current.x, y: event.clientY - drag.current.y } });
    drag.current = { x: event.clientX, y: event.clientY };
  }

  const isShown = url !== null && shownUrl === url;
  const isPlaced = zoom.picture !== null && (size !== null || isShown);
  const box = boxOf(zoom);
  const style = isPlaced ? { width: box.width, height: box.height, transform: `translate(${box.x}px, ${box.y}px)` } : undefined;
  const isSquare = !isVector && isShown && zoomOf(zoom) > squareAbove;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what the pointer does here, keys do as well, by commands.
    <div
      ref={stage}
      className={[styles.stage, canPan(zoom) ? styles.movable : ''].join(' ')}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { x: event.clientX, y: event.clientY };
      }}
      onPointerMove={move}
      onPointerUp={() => {
        drag.current = null;
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onPointerLeave={() => onPointer(null)}
      onDoubleClick={(event) => onZoom({ type: 'toggled', at: placeOf(event, stage.current) })}
    >
      <div
        role="img"
        aria-label={name}
        className={[styles.box, isPlaced ? styles.placed : styles.waiting, isSeenThrough && isShown ? styles.checker : ''].join(' ')}
        style={style}
      >
        {thumbnail !== null && !isShown ? (
          <img
            className={styles.picture}
            src={thumbnail}
            alt=""
            draggable={false}
            onLoad={(event) => {
              event.currentTarget.dataset.loaded = '';
              props.onThumbnail();
            }}
            onError={props.onThumbnail}
          />
        ) : null}
        {url !== null ? (
          <img
            key={url}
            className={[styles.picture, styles.whole, isShown ? styles.shown : '', isSquare ? styles.square : ''].join(' ')}
            src={url}
            alt=""
            draggable={false}
            onLoad={(event) => void decode(event.currentTarget)}
            onError={props.onFailed}
          />
        ) : null}
      </div>
    </div>
  );
}

function placeOf(event: { readonly clientX: number; readonly clientY: number }, stage: HTMLElement | null): Point {
  const { left = 0, top = 0 } = stage?.getBoundingClientRect() ?? {};
  return { x: event.clientX - left, y: event.clientY - top };
}
