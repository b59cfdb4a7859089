// Whose takes are looked at: a view, as long as it is there.

import type { Take } from "../take";

export interface Owner {
  root: HTMLElement;
  takes: Take[];
  /** Its kernel is gone. */
  gone: boolean;
}

/** What two views of the same takes have in common. */
export const idsOf = ({ takes }: Owner): string => takes.map(({ state }) => state.task_id).join(" ");

/** A take's number, where there are several. */
export const numberOf = ({ takes }: Owner, take: number): string => (takes.length > 1 ? `[${take}]` : "");
