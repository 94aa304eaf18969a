/** What the lobby takes from the panel, as the extras do. */
import type { Kit } from '../panel/extras.ts';
import { wear } from '../sheet.ts';
import css from './lobby.css';

export let h: Kit['h'];
export let t: Kit['t'];
export let initial: Kit['initial'];
export let plain: Kit['plain'];
export let day: Kit['day'];

export function equip(kit: Kit): void {
	({ h, t, initial, plain, day } = kit);
	wear(css);
}
