package issues

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestTermsInSeveralLanguages(t *testing.T) {
	tests := []struct {
		lang           tongue
		text           string
		want, function []string // stems among others; those that weigh little
	}{
		{langDE, "Die Karten wurden nicht geliefert, ich habe 20€ bezahlt", []string{"kart", "geliefert", "zzmoney"}, []string{"die", "nicht", "ich", "hab"}},
		{langFR, "Les cartes ne sont pas arrivées, je n'ai rien reçu", []string{"cart", "arriv", "reçu"}, []string{"ne", "pas", "n", "rien", "je"}},
		{langES, "No he recibido las facturas de mi pedido", []string{"recib", "factur", "ped"}, []string{"no", "he", "las", "mi"}},
		{langIT, "Non ho ricevuto l'ordine, la spedizione è in ritardo", []string{"ricev", "ordin", "spedizion", "ritard"}, []string{"non", "ho", "l", "è"}},
		{langPT, "Não recebi os meus pedidos e a fatura está errada", []string{"receb", "ped", "fatur", "errad"}, []string{"nã", "os", "meus"}},
		{langNL, "Ik heb de rekeningen niet ontvangen", []string{"reken", "ontvang"}, []string{"ik", "heb", "niet"}},
		{langAR, "لَمْ تصل الطلبات إلى عنواني والمبلغ ٥٠", []string{"طلب", "تصل", "zznum"}, []string{"لم", "الي"}},
		{langHE, "לא קיבלתי את ההזמנה שלי מספר 12345", []string{"ההזמנה", "קיבלתי", "zzid"}, []string{"לא", "את", "שלי"}},
		{langRU, "Я не получил заказы и деньги не вернули", []string{"получ", "заказ", "деньг"}, []string{"не", "я"}},
		{langSV, "Jag har inte fått mina fakturor", []string{"faktur", "fått"}, []string{"jag", "int", "min"}},
		{langDA, "Jeg har ikke modtaget mine regninger, hvad nu", []string{"modtag", "regning"}, []string{"jeg", "ikk"}},
		{langFI, "Minulla ei ole laskuja, miksi", []string{"lasku"}, []string{"ei", "ole", "miks"}},
		{langTR, "Siparişlerim gelmedi ve faturam yanlış", []string{"sipariş", "fatura"}, []string{"ve"}},
		{langRO, "Nu am primit facturile și cardul este blocat", []string{"factur", "card"}, []string{"nu", "am", "și"}},
		{langHU, "A számla nem érkezett meg, mikor lesz", []string{"száml", "érkezet"}, []string{"nem", "meg"}},
		{langJA, "注文した商品が届きません。合計は500円、番号はAB12345です", []string{"注文", "商品", "届き", "zzmoney", "zzid"}, []string{"した", "せん", "です"}},
		{langZH, "我没有收到退款,订单号12345678,金额300元", []string{"收到", "退款", "订单", "zzid", "zzmoney"}, []string{"我没", "没有"}},
		{langKO, "주문한 상품이 아직 도착하지 않았습니다", []string{"주문", "상품", "도착"}, []string{"습니", "니다"}},
		{langOther, "ฉันไม่ได้รับสินค้า", []string{"ฉั"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			list, told := terms([]string{tt.text}, "", langEN)
			if told != tt.lang && !(told == langNone && tt.lang == langTR) {
				t.Errorf("the language is %d, want %d", told, tt.lang)
			}
			for _, stem := range append(slices.Clone(tt.want), tt.function...) {
				i := slices.IndexFunc(list, func(x term) bool { return x.stem == stem })
				if i < 0 {
					t.Errorf("no %q among %q", stem, stems(list))
				} else if little := slices.Contains(tt.function, stem); list[i].function != little {
					t.Errorf("%q is a function word: %v", stem, list[i].function)
				}
			}
			if slices.ContainsFunc(list, func(x term) bool { return x.stem == "" || x.surface == "" }) {
				t.Errorf("an empty word among %q", stems(list))
			}
		})
	}
}

func TestEveryLanguageHasItsWords(t *testing.T) {
	for _, n := range []tongue{langEN, langDE, langFR, langES, langIT, langPT, langNL, langAR, langHE} {
		list := strings.Fields(languages[n].function)
		if len(list) < 110 {
			t.Errorf("language %d has %d function words", n, len(list))
		}
		for _, w := range list {
			if !n.functional(fold(w)) {
				t.Errorf("language %d does not know its %q", n, w)
			}
		}
	}
}

func TestShortTextsAreInTheLanguageAround(t *testing.T) {
	tests := []struct {
		name     string
		home     tongue
		messages []string
		stem     string
	}{
		{"nothing known", langEN, []string{"Rechnungen"}, "rechnungen"},
		{"a desk that speaks German", langDE, []string{"Rechnungen"}, "rechnung"},
		{"said by the next message", langEN, []string{"Rechnungen", "ich habe sie nicht bekommen"}, "rechnung"},
		{"a letter of its own", langEN, []string{"Rechnungen Straße"}, "rechnung"},
		{"another language than the desk's", langDE, []string{"the refunds are missing and I want them"}, "refund"},
		{"a draw goes to the desk's", langNL, []string{"rekeningen is"}, "reken"},
		{"a script beats the desk's", langDE, []string{"退款"}, "退款"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if list, _ := terms(tt.messages, "", tt.home); !slices.Contains(stems(list), tt.stem) {
				t.Errorf("no %q among %q", tt.stem, stems(list))
			}
		})
	}
}

func TestTheDeskSpeaksAsMostConversations(t *testing.T) {
	m := New(Config{Slots: 4, Alpha: 0.1, Beta: 0.05, Vocabulary: 500, Window: 100, Seed: 1})
	for i := range leastHome + 5 {
		if i == leastHome-1 && m.voices.home() != langEN {
			t.Errorf("after %d conversations the desk speaks %d", i, m.voices.home())
		}
		m.Arrive(Conversation{ID: int64(i + 1), Messages: []string{fmt.Sprintf("Ich habe die Rechnung %d nicht bekommen", i)}})
	}
	m.Arrive(Conversation{ID: 99, Messages: []string{"Rechnungen falsch"}})
	m.Arrive(Conversation{ID: 98, Messages: []string{"the card is not here"}})
	if got := m.voices.home(); got != langDE {
		t.Errorf("the desk speaks %d", got)
	}
	if _, known := m.vocab.index["rechnungen"]; known {
		t.Error("a short text was not read as German")
	}
	back, err := m.Clone()
	if err != nil {
		t.Fatal(err)
	}
	if back.voices != m.voices {
		t.Errorf("a restored model hears %v, not %v", back.voices, m.voices)
	}
	for i := range 100 {
		back.Forget(int64(i))
	}
	if back.voices != (voices{}) {
		t.Errorf("forgotten conversations still speak: %v", back.voices)
	}
}

func TestMaskInEveryScript(t *testing.T) {
	tests := []struct{ in, want string }{
		{"合計は500円です。番号はAB12345です", "合計は[amount]です。番号は[id]です"},
		{"详见https://x.cn/a吧", "详见[link]吧"},
		{"写信到bob@x.cn吧", "写信到[email]吧"},
		{"المبلغ ٥٠٠ ورقم ١٢٣٤٥", "المبلغ [number] ورقم [id]"},
		{"מספר 12345, \u200f₪50", "מספר [id], \u200f[amount]"},
		{"заказ №12345 на 50₽", "заказ №[id] на [amount]"},
		{"￥300", "[amount]"},
	}
	for _, tt := range tests {
		if got := Mask(tt.in); got != tt.want {
			t.Errorf("Mask(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}
