package web

import "embed"

// The built assets are committed, so that Go alone builds and runs Heard.
//
//go:embed all:dist
var dist embed.FS

// The templates of the pages that the server renders itself.
//
//go:embed pages/*.html pages/*.css pages/*.json pages/*.js
var templates embed.FS
