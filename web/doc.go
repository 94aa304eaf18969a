// Package web is everything that a browser or a program reaches over HTTP: the API, the pages, the assets and the
// sockets' doors. routes.go is the whole surface, one line a route.
//
// # Why
//
// One table holds every route with its policy and its limits, and the mux is filled from that table alone, so that a
// route without a policy cannot exist. The layers around a handler are always the same and in this order: headers,
// host, limits, who it is, may they, is the body well-formed, does it fit the types. Nothing of a body is read for a
// caller who may not call.
//
// problem.go is the only translator of faults to HTTP. Three settings of huma are global (huma.NewError,
// huma.ValidateStrictCasing, huma.DefaultArrayNullable): they are the one exception to "no package-level state", set
// once and to the same values for every server of the process.
//
// A context does not bound a request, since a database driver that waits for a silent host does not mind it; so callers
// are answered when their time is over (deadline.go), and the pool of readers bounds what still waits.
//
// A socket has next to nothing of its own while it is idle (sockets.go): no goroutine, no buffer, not even the library's
// reader. On Linux it is parked in an epoll set of ours (lot_linux.go); elsewhere a goroutine with a small stack waits
// for its bytes. When something has come, one of a crew of goroutines borrows a codec, the library's reader, has it read
// message after message and the session handle each, until there is no more; then the connection is parked again. A
// codec goes from one connection to another between two messages only, where the library keeps nothing of either: in
// the middle of a frame, or between the fragments of a message, it stays and waits. The lock on reading is also what
// tells the race detector of the order that the kernel keeps. Nothing leaves a socket but through the queue of its
// session (chat/doc.go); the library's own good-byes are caught and queued like the rest.
//
// The playground (playground.go) is open to everybody on purpose: whoever runs a website is seldom an agent. It therefore
// knows nothing that its address does not say: no list of inboxes, no name of one, no session, only the public key that
// every visitor of the site can read. The page in it that stands in for a site is ours, has no script of its own but the
// loader's, and takes of its address only values from a list, so that nobody can write on a page of this origin.
//
// The address of a caller is that of its socket. Forwarding headers count only from the proxies that the operator
// named, and the base URL comes from the configuration, never from a request.
package web
