// Asks for a new look every few seconds while somebody can see the page, and at once when they come back to it.
// A tab in the background, or a window that is minimised, asks nothing.

export default ({ data, parentElement, setTriggerValue }) => {
  const host = parentElement;
  host.every = data.every * 1000;
  if (!host.stop) {
    host.last = Date.now();
    const look = () => {
      if (document.visibilityState !== "visible" || Date.now() - host.last < host.every - 100) return;
      host.last = Date.now();
      host.tell(host.last);
    };
    const timer = window.setInterval(look, 1000);
    document.addEventListener("visibilitychange", look);
    host.stop = () => {
      window.clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      host.stop = null;
    };
  }
  host.tell = (at) => setTriggerValue("tick", at);
  return () => host.stop && host.stop();
};
