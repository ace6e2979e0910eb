import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/** Width and height in whole pixels. */
export interface Size {
  width: number;
  height: number;
}

/** The size of an element, followed as it changes; `fallback` until it is measured. */
export function useSize<E extends HTMLElement>(fallback: Size): [RefObject<E | null>, Size] {
  const ref = useRef<E>(null);
  const [size, setSize] = useState(fallback);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      const { width, height } = element.getBoundingClientRect();
      const next = { width: Math.floor(width), height: Math.floor(height) };
      // An element that is not laid out (a hidden page) keeps the size it had.
      if (next.width === 0) return;
      setSize((old) => (old.width === next.width && old.height === next.height ? old : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}
