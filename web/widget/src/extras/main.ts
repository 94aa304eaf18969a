export { chosen, stuck, take } from './files.tsx';
export { failed } from './failed.tsx';
export { startForm } from './form.tsx';
export { keepPlace } from './place.tsx';
export { equip } from './kit.ts';
export { rating } from './rating.tsx';
export { shut } from './shut.tsx';
