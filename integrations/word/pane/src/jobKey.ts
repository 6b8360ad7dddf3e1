/** The key by which the server knows a job that it is asked for twice. Pure. */

/** What may have arrived is asked for again by the same key, and so makes one job; anything else has a key of its own. */
export class JobKey {
  private asked = '';
  private key = '';

  of(asked: object): string {
    const now = JSON.stringify(asked);
    if (!this.key || now !== this.asked) this.key = crypto.randomUUID();
    this.asked = now;
    return this.key;
  }

  /** Forgets the key, since what it was for is settled. */
  drop(): void {
    this.key = '';
  }
}
