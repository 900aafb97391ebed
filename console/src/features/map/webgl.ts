let supported: boolean | undefined;

/** Whether this browser draws with WebGL; asked once. */
export function hasWebGl(): boolean {
  if (supported === undefined) {
    try {
      const canvas = document.createElement("canvas");
      const context = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
      supported = context !== null;
      // The number of live contexts is limited; give this one back at once.
      context?.getExtension("WEBGL_lose_context")?.loseContext();
    } catch {
      supported = false;
    }
  }
  return supported;
}
