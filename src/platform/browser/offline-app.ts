/**
 * Registers the service worker that keeps the app on the machine, and takes an update only while the station is free:
 * a reload ends the worker that is the station, and nobody's charge is interrupted for a new build.
 */
export interface OfflineApp {
  /** Tell on every snapshot whether a transaction runs or a driver is being served. Busy until told otherwise. */
  setBusy(busy: boolean): void;
}

const CHECK_INTERVAL_MS = 60 * 60 * 1000;

/**
 * Does nothing where there is no service worker (plain http from another machine, private windows): the app then
 * simply needs its server.
 * @param onFailure for the station's log: why the app can't be kept offline
 */
export function keepAppOffline(onFailure: (why: string) => void): OfflineApp {
  let busy = true;
  let waiting: ServiceWorker | null = null;
  let tookOver = false;

  const proceed = (): void => {
    if (busy) return;
    if (tookOver) {
      tookOver = false;
      location.reload();
    } else if (waiting !== null) {
      waiting.postMessage({ type: 'takeOver' });
      waiting = null;
    }
  };

  const workers = 'serviceWorker' in navigator ? navigator.serviceWorker : null;
  if (workers !== null) {
    // The very first worker claims a page that already runs the newest build: no reason to reload.
    let hadController = workers.controller !== null;
    workers.addEventListener('controllerchange', () => {
      if (hadController) tookOver = true;
      hadController = true;
      proceed();
    });
    workers
      .register('/service-worker.js', { updateViaCache: 'none' })
      .then((registration) => {
        const notice = (): void => {
          if (registration.waiting === null || workers.controller === null) return;
          waiting = registration.waiting;
          proceed();
        };
        notice();
        registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', notice));
        setInterval(() => void registration.update().catch(() => undefined), CHECK_INTERVAL_MS);
      })
      .catch((thrown: unknown) => onFailure(thrown instanceof Error ? thrown.message : String(thrown)));
  }

  return {
    setBusy(now) {
      busy = now;
      proceed();
    },
  };
}
