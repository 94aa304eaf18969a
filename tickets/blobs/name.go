package blobs

import (
	"strings"
	"unicode"
)

// maxName is how many characters a file's name keeps.
const maxName = 200

// CleanName makes a name that is safe to show and to save under of whatever was sent: the last part of a path, without
// characters that are not seen or turn the writing round, without dots and spaces at its ends. It may come out empty.
func CleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.C, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector), r == unicode.ReplacementChar:
			return -1
		case strings.ContainsRune(`:*?"<>|`, r): // some systems cannot save them
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	return shorten(name)
}

// shorten cuts a name and keeps its extension.
func shorten(name string) string {
	all := []rune(name)
	if len(all) <= maxName {
		return name
	}
	ext := []rune(Ext(name))
	if len(ext) > 20 {
		ext = nil
	}
	base := strings.TrimRight(string(all[:maxName-len(ext)]), ". ")
	return base + string(ext)
}

// Ext is the extension of a clean name in lower case, with its dot; "" for none.
func Ext(name string) string {
	i := strings.LastIndexByte(name, '.')
	if i < 0 || i == len(name)-1 {
		return ""
	}
	return strings.ToLower(name[i:])
}
