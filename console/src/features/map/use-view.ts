import {
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";

/** Where the drawing lies in its frame: zoom factor and offset in CSS pixels. */
export interface View {
  k: number;
  x: number;
  y: number;
}

const ZOOM = { least: 0.05, most: 4, step: 1.35 } as const;

/** Distance from the edge of the frame at which a device counts as in view. */
const EDGE_PX = 34;
/** A pointer that moved less than this did not drag but click. */
const CLICK_PX = 4;

interface Point {
  x: number;
  y: number;
}

interface Size {
  width: number;
  height: number;
}

/** The view that shows a whole drawing, centred, never larger than life. */
export function fitView(drawing: Size, frame: Size): View {
  const k = Math.min(1, frame.width / drawing.width, frame.height / drawing.height);
  return {
    k,
    x: (frame.width - drawing.width * k) / 2,
    y: Math.max(0, (frame.height - drawing.height * k) / 2),
  };
}

/** Zoom by `factor` and keep the point (`px`, `py`) of the frame where it is. */
export function zoomAt(view: View, factor: number, px: number, py: number): View {
  const k = Math.min(ZOOM.most, Math.max(ZOOM.least, view.k * factor));
  const ratio = k / view.k;
  return { k, x: px - (px - view.x) * ratio, y: py - (py - view.y) * ratio };
}

export interface ViewControl {
  view: View;
  zoomIn: () => void;
  zoomOut: () => void;
  showAll: () => void;
  /** Move as little as needed to bring a point of the drawing into the part of the frame that `inset` leaves free. */
  reveal: (x: number, y: number, inset: number) => void;
  /** Handlers for the element that catches drags. */
  drag: {
    onPointerDown: (event: PointerEvent) => void;
    onPointerMove: (event: PointerEvent) => void;
    onPointerUp: (event: PointerEvent) => void;
    onPointerCancel: (event: PointerEvent) => void;
    onClickCapture: (event: MouseEvent) => void;
  };
}

/** The view in which a point of the drawing is in the middle, near enough to read names. */
export function centredView(at: Point, frame: Size): View {
  const k = 0.9;
  return { k, x: frame.width / 2 - at.x * k, y: frame.height / 2 - at.y * k };
}

/** The view moved just so far that a point lies inside the frame, off its edge and off `inset` pixels at its right. */
export function revealed(view: View, at: Point, frame: Size, inset: number): View {
  const within = (value: number, least: number, most: number) => Math.max(least, Math.min(value, most));
  const px = view.x + at.x * view.k;
  const py = view.y + at.y * view.k;
  return {
    ...view,
    x: view.x + within(px, EDGE_PX, frame.width - inset - EDGE_PX) - px,
    y: view.y + within(py, EDGE_PX, frame.height - EDGE_PX) - py,
  };
}

/** Pan with drag, zoom with wheel or two fingers, and the same from buttons. */
export function useView(
  frame: RefObject<HTMLElement | null>,
  size: Size,
  drawing: Size,
  start: Point | undefined,
): ViewControl {
  const [view, setView] = useState<View>(() => fitView(drawing, size));
  const pointers = useRef(new Map<number, Point>());
  const pressed = useRef<Point | undefined>(undefined);
  const dragged = useRef(false);

  const showAll = useCallback(() => setView(fitView(drawing, size)), [drawing, size]);
  // A new window or drawing starts with all of it, or at the device that the address names.
  const atStart = useRef(start);
  atStart.current = start;
  useEffect(() => {
    if (atStart.current) setView(centredView(atStart.current, size));
    else showAll();
  }, [showAll, size]);

  const zoomBy = (factor: number) =>
    setView((before) => zoomAt(before, factor, size.width / 2, size.height / 2));

  // React attaches wheel listeners passively, and a passive listener cannot keep the page from scrolling.
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const factor = Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016));
      setView((before) => zoomAt(before, factor, event.clientX - box.left, event.clientY - box.top));
    };
    // Captured on the way down: the WebGL drawing keeps wheel events to itself.
    element.addEventListener("wheel", onWheel, { passive: false, capture: true });
    return () => element.removeEventListener("wheel", onWheel, { capture: true });
  }, [frame]);

  const release = (event: PointerEvent) => {
    pointers.current.delete(event.pointerId);
  };
  return {
    view,
    zoomIn: () => zoomBy(ZOOM.step),
    zoomOut: () => zoomBy(1 / ZOOM.step),
    showAll,
    reveal: useCallback(
      (x, y, inset) => setView((before) => revealed(before, { x, y }, size, inset)),
      [size],
    ),
    drag: {
      onPointerDown: (event) => {
        pressed.current = { x: event.clientX, y: event.clientY };
        dragged.current = false;
        pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      },
      onPointerMove: (event) => {
        const before = pointers.current.get(event.pointerId);
        if (!before) return;
        const now = { x: event.clientX, y: event.clientY };
        if (!dragged.current) {
          const from = pressed.current ?? now;
          if (Math.hypot(now.x - from.x, now.y - from.y) < CLICK_PX) return;
          dragged.current = true;
          event.currentTarget.setPointerCapture(event.pointerId);
        }
        const box = frame.current?.getBoundingClientRect();
        const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
        pointers.current.set(event.pointerId, now);
        if (other && box) {
          const spread = (point: { x: number; y: number }) =>
            Math.hypot(point.x - other.x, point.y - other.y);
          const factor = spread(now) / Math.max(1, spread(before));
          const px = (now.x + other.x) / 2 - box.left;
          const py = (now.y + other.y) / 2 - box.top;
          setView((last) => zoomAt(last, factor, px, py));
        } else {
          setView((last) => ({ ...last, x: last.x + now.x - before.x, y: last.y + now.y - before.y }));
        }
      },
      onPointerUp: release,
      onPointerCancel: release,
      onClickCapture: (event) => {
        // The click that ends a drag chooses nothing and takes no choice off.
        if (dragged.current) event.stopPropagation();
        dragged.current = false;
      },
    },
  };
}
