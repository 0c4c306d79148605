/** Declares what the server writes above sw.js. Read only by the service worker's type check. */
interface SiagaRelease {
  /** digest of every file */
  release: string;
  /** digest of the first page in both languages */
  shells: string;
  /** folder of this release's files, such as `/s/1a2b…/` */
  base: string;
  /** what is fetched in the background at the first visit */
  files: string[];
}

type SiagaWorker = ServiceWorkerGlobalScope & { RELEASE: SiagaRelease };
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}
