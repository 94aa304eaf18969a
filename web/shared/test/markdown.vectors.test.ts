import { expect, test } from 'vitest';
import { parse } from '../src/markdown.ts';
import file from './markdown.vectors.json';

test.each(file.vectors)('$source', ({ source, nodes }) => {
	expect(parse(source)).toEqual(nodes);
});
