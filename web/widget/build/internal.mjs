// Names that only our own code uses on our own objects: no wire field, nothing of the browser's. Shortening them in
// the panel takes two thirds of a KB off it. A test holds them against the wire's own names and the browser's.
const names = [
	'threads newestMessage newest listed outbox current active waiting attentive degraded phase',
	'connecting redraw promised rated skipped watching passing retryAfter shown acked whole newsFrom updatedAt',
	'loaded onFrame onStatus onEvent onChange keepVisitor failures restart nudge flush halt refused',
	'api refuse hear held onAck onFailed polling working hurry framed isTyping begin lines calm trouble listing tell onNews onTrouble listedAt serving refresh',
	'attempt away chat contact connect connecting done edit edited ending forget gone got had identify leaving list live local logout mine',
	'most move offer oops over own problem rate restore retry see show skip socket transcript typing uploads visit',
	'icon iconButton initial isPicture wrong plain clock dayOf',
	'inner inside fail discard start again muted mute enter site read seen ended store who queue',
];

export const internal = new RegExp(`^(${names.join(' ').replaceAll(' ', '|')})$`);
