/** The key by which the server knows a job that it is asked for twice. Pure. */

/** A request that may have arrived is sent again with the same key and makes one job; any other gets its own key. */
export class JobKey {
  private asked = '';
  private key = '';

  of(asked: object): string {
    const now = JSON.stringify(asked);
    if (!this.key || now !== this.asked) this.key = crypto.randomUUID();
    this.asked = now;
    return this.key;
  }

  /** Forgets the key of a settled request. */
  drop(): void {
    this.key = '';
  }
}
