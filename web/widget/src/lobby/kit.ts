/** What the lobby takes from the panel, as the extras do. */
import type { Kit } from '../panel/extras.ts';
import { wear } from '../sheet.ts';
import css from './lobby.css';

export let h: Kit['h'];
export let t: Kit['t'];
export let initial: Kit['initial'];
export let plain: Kit['plain'];
export let clock: Kit['clock'];
export let day: Kit['day'];
export let dayOf: Kit['dayOf'];

export function equip(kit: Kit): void {
	({ h, t, initial, plain, clock, day, dayOf } = kit);
	wear(css);
}
