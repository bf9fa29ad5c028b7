import { Visibility, type SeenApplication } from '../../src/access/visibility';

/** What services are given that act for no caller. */
export const ALL = Visibility.everything;

/** An application by its id, as such services name it. */
export const application = (id: string): SeenApplication => ALL.application(id);
