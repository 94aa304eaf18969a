export { equip } from './kit.ts';
export { rooms } from './rooms.tsx';
export { menu } from './menu.tsx';
export { ring } from './ring.ts';
