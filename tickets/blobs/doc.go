// Package blobs keeps the bytes of what people attach, and tells what they are.
//
// # Why
//
// A stranger chooses content, name and claimed type of a file, so nothing here believes any of them.
//
//   - A content lies under a random name (its place), never under one that somebody chose, and outside of anything that
//     is served. Which content is the same as which (SHA-256), who refers to it and who may read it are rows that the
//     store of attachments has; a place without such a row is nobody's.
//   - Places are never used again. Whoever keeps a content that is there already keeps it a second time and throws its
//     own copy away when the row of the first says so, so that a removal and an upload of the same bytes at the same
//     time cannot meet.
//   - A content is there whole or not at all: a folder writes to a temporary name, syncs and renames; the database
//     writes rows of 256 KiB in short units behind everybody else, and no row of blobs names the place before the last
//     of them is committed. What a crash leaves is found by its age.
//   - Nothing is held in memory but a chunk. Pictures are unpacked only when what they claim to hold, which is read
//     from their headers first, fits the budget; the thumbnail is drawn anew and so carries no metadata.
//   - A file's type is what content and name agree on. Where they do not, it is bytes to download.
package blobs
