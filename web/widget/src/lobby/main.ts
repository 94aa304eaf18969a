export { equip } from './kit.ts';
export { rooms } from './rooms.tsx';
export { menu, sure } from './menu.tsx';
export { call } from './ring.ts';
