// Keeps a scrolling element at its end while its content grows, until the reader scrolls away from there.

const nearPx = 24;

/** An attachment for the scrolling element; its first child is watched. */
export function stickToBottom(element: HTMLElement): () => void {
  let isPinned = true;
  const toEnd = () => {
    if (isPinned) element.scrollTop = element.scrollHeight;
  };
  const onScroll = () => {
    isPinned = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
  };
  const observer = new ResizeObserver(toEnd);
  observer.observe(element);
  if (element.firstElementChild !== null) observer.observe(element.firstElementChild);
  element.addEventListener("scroll", onScroll, { passive: true });
  return () => {
    observer.disconnect();
    element.removeEventListener("scroll", onScroll);
  };
}
