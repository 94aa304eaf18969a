import type { Attachment } from '@heard/shared/widget-wire.ts';
import { icon } from './icons.tsx';
import type { Ui } from './ui.ts';
import { h } from './view.ts';
import { t } from './words.ts';

/** A file on its way to the server, before the message that it belongs to. */
export interface Upload {
	name: string;
	size: number;
	/** What was chosen; absent for a file that is there already. */
	file?: File;
	/** The share that has left, from 0 to 1. */
	done: number;
	got?: Attachment | undefined;
	/** Why it was refused: a code. */
	error?: string;
	/** Another try can help. */
	again?: boolean;
	/** Where this page has the picture. */
	url?: string;
}

/** Takes what was picked, pasted or dropped to be sent; tells whether there was something. */
export function take(ui: Ui, { files }: { files: FileList | null }): boolean {
	const list = [...files!]; // a field's empties with it
	if (list[0]) ui.more((x) => x.take(ui, list));
	return !!list[0];
}

/** Nothing of the files hinders sending. */
export function settled({ uploads }: Ui): boolean {
	return uploads.every((u) => u.got);
}

/** A file of a message: a picture to look at, anything else to download. */
export function shown(f: Attachment) {
	const picture = isPicture(f);
	return (
		<a class={picture ? 'picture' : 'file'} href={f.url} target="_blank" rel="noreferrer" download={!picture && f.name}>
			{picture ? (
				<img src={f.thumb ?? f.url} alt={f.name} width={f.width} height={f.height} loading="lazy" />
			) : (
				[
					icon('paper'),
					<span>
						<b>{f.name}</b>
						<small>{bytes(f.size)}</small>
					</span>,
				]
			)}
		</a>
	);
}

export function isPicture({ type }: { type: string }): boolean {
	return /^image\/(png|jpeg|gif|webp)$/.test(type);
}

export function bytes(n: number): string {
	const big = n > 1e6;
	const unit = big ? 'megabyte' : 'kilobyte';
	return Math.max(n / (big ? 1e6 : 1e3), 1).toLocaleString(t.locale, { style: 'unit', unit, maximumFractionDigits: n < 1e7 && big ? 1 : 0 });
}
