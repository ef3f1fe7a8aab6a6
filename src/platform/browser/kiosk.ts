/** What makes a tab a kiosk: it stays awake, fills the panel, and no gesture leads out of it. */

export interface KioskDeps {
  /** The driver's display is shown: set-up and technician have menus, selections and scroll bars as everywhere. */
  readonly isDriver: () => boolean;
  /** The panel is filled at the first touch. */
  readonly fullScreen: () => boolean;
}

export function keepKiosk({ isDriver, fullScreen }: KioskDeps): void {
  const refuse = (event: Event): void => {
    if (isDriver() && !isField(event.target)) event.preventDefault();
  };
  for (const type of ['contextmenu', 'selectstart', 'dragstart', 'gesturestart', 'dblclick']) document.addEventListener(type, refuse);
  // Two fingers and Ctrl with the wheel zoom the page.
  document.addEventListener('touchmove', (event) => {
    if (event.touches.length > 1) refuse(event);
  }, { passive: false });
  document.addEventListener('wheel', (event) => {
    if (event.ctrlKey) refuse(event);
  }, { passive: false });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey && ['+', '-', '=', '0'].includes(event.key)) refuse(event);
  });
  document.addEventListener('pointerup', () => {
    if (isDriver() && fullScreen() && document.fullscreenElement === null) document.documentElement.requestFullscreen?.().catch(() => {});
  });
  void stayAwake();
  // The browser lets go of it whenever the tab is hidden.
  document.addEventListener('visibilitychange', () => void stayAwake());
}

async function stayAwake(): Promise<void> {
  if (document.visibilityState !== 'visible') return;
  try {
    await (navigator as Partial<Navigator>).wakeLock?.request('screen');
  } catch {
    // A battery that runs low, or a policy: the panel may then sleep, the station goes on.
  }
}

function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, select, textarea') !== null;
}
