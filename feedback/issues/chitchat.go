package issues

import (
	"strings"
	"unicode/utf8"
)

// courtesies are the words of greetings, thanks and small answers. A sentence that holds nothing else and
// function words says nothing about an issue.
var courtesies = words(`hi hello hey hiya dear good morning afternoon evening day night greetings team support everyone
	sir madam folks thanks thank thx cheers regards best kind kindly welcome sorry excuse bye goodbye
	ok okay yes yeah yep nope sure great perfect fine alright cool nice well help hoping hope doing today
	someone anyone anybody agent human person talk speak chat question ask quick appreciate appreciated advance
	need want like
	hallo guten tag morgen abend danke vielen grüße grüßen freundlichen liebe hilfe ja nein
	bonjour bonsoir salut merci cordialement aide oui non hola buenos buenas días tardes gracias saludos ayuda
	ciao buongiorno buonasera grazie saluti aiuto olá bom dia boa tarde obrigado obrigada ajuda goedemorgen bedankt groeten hulp
	مرحبا اهلا السلام عليكم صباح الخير مساء شكرا لك جزيلا مساعدة رجاء من فضلك تحية שלום היי בוקר ערב טוב תודה רבה עזרה אשמח בברכה
	привет здравствуйте добрый день спасибо помогите hej tack hei kiitos merhaba teşekkürler bună mulțumesc szia köszönöm
	안녕 녕하 하세 감사 사합 부탁 탁드 드립 립니 こん 今日 お世 世話 話に お願 願い 失礼 礼し 您好 你好 谢谢 謝謝 请问 請問 麻烦`)

// informative returns the tokens of those sentences that say something.
func informative(message string) []token {
	var out []token
	for _, s := range sentences(message) {
		if tokens := scan(s); !chitchat(tokens) {
			out = append(out, tokens...)
		}
	}
	return out
}

// chitchat says whether the tokens hold courtesies, function words and bare numbers only.
func chitchat(tokens []token) bool {
	lang := langNone
	for _, t := range tokens {
		if courtesies[t.text] || t.text == holdNumber {
			continue
		}
		if lang == langNone {
			lang = new(speaker).speak(tokens)
		}
		if !lang.functional(t.text) {
			return false
		}
	}
	return true
}

// sentences cuts a message after the marks that end one, and at line ends. Marks inside a word or number
// (3.50, heard.io) end nothing.
func sentences(message string) []string {
	var out []string
	start := 0
	for i, c := range message {
		next := i + utf8.RuneLen(c)
		switch {
		case c == '\n', strings.ContainsRune("。！？｡؟।", c):
		case strings.ContainsRune(".!?", c) && (next == len(message) || message[next] <= ' '):
		default:
			continue
		}
		if s := strings.TrimSpace(message[start:next]); s != "" {
			out = append(out, s)
		}
		start = next
	}
	if s := strings.TrimSpace(message[start:]); s != "" {
		out = append(out, s)
	}
	return out
}
