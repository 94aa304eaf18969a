import { inflateRawSync } from 'node:zlib';

/** A CSV file as rows of fields (RFC 4180). */
export function csv(text: string): string[][] {
	const rows: string[][] = [[]];
	let field = '';
	let quoted = false;
	for (let i = 0; i < text.length; i++) {
		const c = text[i]!;
		if (quoted) {
			if (c !== '"') field += c;
			else if (text[i + 1] === '"') field += text[++i];
			else quoted = false;
		} else if (c === '"') quoted = true;
		else if (c === ',' || c === '\n') {
			rows.at(-1)!.push(field.replace(/\r$/, ''));
			field = '';
			if (c === '\n') rows.push([]);
		} else field += c;
	}
	if (field !== '' || rows.at(-1)!.length > 0) rows.at(-1)!.push(field);
	return rows.filter((r) => r.length > 0);
}

/** The files of a ZIP archive, by its central directory. */
function unzip(file: Buffer): Map<string, string> {
	const out = new Map<string, string>();
	const end = file.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
	let at = file.readUInt32LE(end + 16);
	for (let n = file.readUInt16LE(end + 10); n > 0; n--) {
		const [size, nameSize, extraSize, noteSize] = [file.readUInt32LE(at + 20), file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32)];
		const name = file.toString('utf8', at + 46, at + 46 + nameSize);
		const head = file.readUInt32LE(at + 42);
		const from = head + 30 + file.readUInt16LE(head + 26) + file.readUInt16LE(head + 28);
		const bytes = file.subarray(from, from + size);
		out.set(name, (file.readUInt16LE(at + 10) === 8 ? inflateRawSync(bytes) : bytes).toString('utf8'));
		at += 46 + nameSize + extraSize + noteSize;
	}
	return out;
}

const unescape = (s: string) => s.replace(/&(lt|gt|quot|apos|amp|#(\d+));/g, (_, name: string, n?: string) => (n ? String.fromCodePoint(Number(n)) : { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }[name]!));

/** A workbook as a program reads it: the rows of each sheet by its name, and whether any cell is a formula. */
export function workbook(file: Buffer): { sheets: Map<string, (string | number | null)[][]>; formulas: number } {
	const files = unzip(file);
	const shared = [...(files.get('xl/sharedStrings.xml') ?? '').matchAll(/<si>(.*?)<\/si>/gs)].map((m) => unescape([...m[1]!.matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map((t) => t[1]).join('')));
	const paths = new Map([...(files.get('xl/_rels/workbook.xml.rels') ?? '').matchAll(/<Relationship [^>]*>/g)].map(([r]) => [/Id="([^"]+)"/.exec(r)![1]!, /Target="\/?(?:xl\/)?([^"]+)"/.exec(r)![1]!]));
	const sheets = new Map<string, (string | number | null)[][]>();
	let formulas = 0;
	for (const [tag] of (files.get('xl/workbook.xml') ?? '').matchAll(/<sheet [^>]*>/g)) {
		const xml = files.get(`xl/${paths.get(/r:id="([^"]+)"/.exec(tag)![1]!)}`) ?? '';
		formulas += [...xml.matchAll(/<f[ >]/g)].length;
		const rows = [...xml.matchAll(/<row [^>]*?(?:\/>|>(.*?)<\/row>)/gs)].map((row) => {
			const cells: (string | number | null)[] = [];
			for (const [, ref, rest, body] of (row[1] ?? '').matchAll(/<c r="([A-Z]+)\d+"([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
				const x = [...ref!].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1;
				while (cells.length < x) cells.push(null);
				const v = /<v>(.*?)<\/v>/s.exec(body ?? '')?.[1];
				cells[x] = v === undefined ? null : /t="s"/.test(rest!) ? shared[Number(v)]! : Number(v);
			}
			return cells;
		});
		sheets.set(unescape(/name="([^"]+)"/.exec(tag)![1]!), rows);
	}
	return { sheets, formulas };
}
