import { useSyncExternalStore } from "react";

let signedOut = false;
const listeners = new Set<() => void>();

/** Remember that the server refused the session; the whole console then says so. */
export function reportSignedOut(): void {
  signedOut = true;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether any request was refused for want of a session. */
export function useSignedOut(): boolean {
  return useSyncExternalStore(subscribe, () => signedOut);
}
