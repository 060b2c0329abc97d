import type { ColumnType } from "kysely";
export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;
export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export type Outbox = {
    id: Generated<number>;
    name: string;
    payloadJson: string;
    at: Timestamp;
    /**
     * Who is handing it over, and since when: work is claimed by a guarded update.
     */
    claim: string | null;
    claimedAt: Timestamp | null;
    sentAt: Timestamp | null;
};
export type DB = {
    outbox: Outbox;
};
