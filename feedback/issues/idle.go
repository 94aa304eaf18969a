package issues

import "strings"

// The words that say nothing of a matter when they stand in its name, by language, beside the function words: adverbs of
// time and manner, days and months, numbers, greetings, what only makes a word stronger, and verbs that could be about
// anything. They count for topics as any other word does.
const (
	idleEnglish = `ago ages already always again early earlier late later lately recently soon now today tonight tomorrow yesterday
		morning afternoon evening night noon midnight day days daily week weeks weekly weekend weekends month months monthly year
		years yearly hour hours minute minutes moment time times while until till since yet still ever never often sometimes usually
		normally currently finally eventually immediately quickly monday tuesday wednesday thursday friday saturday sunday mon tue
		wed thu fri sat sun january february march april june july august september october november december jan feb mar apr jun
		jul aug sep sept oct nov dec
		before after during between within without along through across around against toward towards upon onto near behind beside
		besides above below beyond among despite except instead rather therefore however though although whether either neither both
		else otherwise whatever whenever wherever whoever back away together apart aside
		one two three four five six seven eight nine ten twenty thirty hundred first second third next previous last many much few
		several couple bunch lot lots bit half less least enough little another every everything everyone everybody everywhere something someone
		somebody somewhere anything anyone anybody anywhere nothing nobody nowhere thing things stuff kind sort way ways part
		really quite actually even completely totally absolutely probably maybe perhaps definitely exactly almost nearly simply
		obviously literally basically especially particularly certainly clearly suddenly properly correctly mostly hardly possibly
		apparently supposedly honestly somehow anyway pretty fairly extremely highly truly
		good great nice fine better best bad worse worst big long short old new sure right ready able possible impossible unable
		available? certain different same whole full entire real own happy glad sad sorry afraid annoyed angry friendliest
		hello hi hey dear greetings thanks thank thankful cheers regards welcome bye goodbye okay ok yes yeah please kindly
		be being cannot go goes going gone went come comes coming came get gets getting gotten give gives giving gave given take
		takes taking took taken make makes making made put puts putting keep keeps keeping kept let lets leave leaves leaving
		see sees seeing saw seen look looks looking looked seem seems seemed appear appears feel feels feeling felt find finds
		finding found know knows knowing knew known think thinks thinking thought believe guess suppose supposed hope hoping hoped
		wonder wondering wondered want wants wanted wanting need needs needed needing like likes liked love loved wish would try
		tries tried trying say says saying said tell tells telling told talk talking speak ask asks asking asked answer answered
		write writes writing wrote explain explained mean means meant happen happens happened happening become becomes becoming
		became turn turns turned run runs running ran start starts started starting begin begins began stop stops stopped stay
		stays stayed bring brings brought show shows showed shown use uses used using help helps helped helping
		work works worked working understand understood believe sit stand stood wait waits waiting waited worry worried
		notice noticed realize realized expect expects expected decide decided lot issue issues
		problem problems question questions reason reasons matter trouble person people guys customer customers team
		support anymore due done via per plus etc yours hers theirs whose also actually near far asap urgent urgently approximately typically normal additional longer awhile aware familiar frustrated
		concerned recent assist remember`
	idleGerman = `heute gestern morgen vorgestern übermorgen jetzt gerade eben bald später früher lange längst neulich kürzlich
		seitdem bisher bislang dauernd ständig oft häufig manchmal meistens nie niemals endlich sofort gleich inzwischen mittlerweile
		tag tage tagen täglich woche wochen wöchentlich wochenende monat monate monaten monatlich jahr jahre jahren stunde stunden
		minute minuten moment zeit mal male früh spät abend abends mittag nacht vormittag nachmittag montag dienstag mittwoch
		donnerstag freitag samstag sonnabend sonntag januar februar märz april mai juni juli august september oktober november
		dezember eins zwei drei vier fünf sechs sieben acht neun zehn erste ersten zweite zweiten letzte letzten nächste nächsten
		viel viele vielen wenig wenige einige paar weniger genug halb beide sache ding dinge teil art weise
		wirklich eigentlich leider total völlig ganz ziemlich wohl wahrscheinlich vielleicht bestimmt genau fast beinahe einfach
		natürlich besonders sicher plötzlich richtig anscheinend angeblich irgendwie trotzdem allerdings sondern obwohl außerdem
		gut gute guten besser schlecht groß lang kurz alt neu neue neuen möglich toll schön
		hallo hi moin servus danke dank vielen grüße gruß grüßen liebe lieber gerne gern bitte tschüss ja nein okay ok
		gehen geht ging gegangen kommen kommt kam gekommen machen macht gemacht tun tut getan geben gibt gab gegeben nehmen nimmt
		genommen lassen lässt bleiben bleibt sehen sieht gesehen finden findet gefunden wissen weiß denken denke glauben glaube hoffe
		wollen brauche brauchen braucht möchten sagen sagt gesagt fragen frage fragen schreiben geschrieben bekommen bekomme bekommt
		versuchen versucht versuche helfen hilft hilfe passieren passiert anfangen stehen steht warten warte wartet funktionieren
		problem probleme leute jemand niemand irgendwas`
	idleFrench = `aujourd hui hier demain maintenant bientôt tard tôt récemment longtemps souvent parfois jamais enfin actuellement
		matin midi soir nuit jour jours journée semaine semaines mois an ans année années heure heures minute minutes moment temps fois
		week end lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet août septembre octobre
		novembre décembre deux trois quatre cinq six sept huit neuf dix premier première deuxième dernier dernière prochain prochaine
		beaucoup peu assez plusieurs quelque quelques chaque moins demi chose choses sorte partie façon manière
		vraiment malheureusement complètement totalement probablement exactement presque simplement certainement bien mal mieux bon
		bonne meilleur mauvais grand petit long nouveau nouvelle vieux possible impossible sûr
		bonjour bonsoir salut merci cordialement oui non svp plaît
		aller vais va allez venir vient venu faire faites mettre mis prendre pris donner donné laisser voir vu trouver trouvé savoir
		sais penser pense croire crois espère vouloir veux veut voudrais besoin aimerais dire dit demander demandé écrire écrit
		essayer essayé essaie aider aidez arriver arrive passer passe commencer attendre attends attend marcher fonctionne fonctionner
		problème problèmes question personne gens rien quelqu`
	idleSpanish = `hoy ayer mañana ahora pronto tarde temprano recientemente siempre nunca todavía aún ya luego después antes mientras
		día días semana semanas mes meses año años hora horas minuto minutos momento tiempo vez veces noche lunes martes miércoles jueves
		viernes sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre dos tres cuatro
		cinco seis siete ocho nueve diez primero primera segundo último última próximo próxima mucho mucha muchos poco poca varios
		bastante cosa cosas parte manera forma tipo realmente completamente totalmente probablemente exactamente casi simplemente
		lamentablemente bien mal mejor peor bueno buena grande pequeño largo nuevo nueva viejo posible imposible seguro
		hola gracias saludos favor buenas buenos
		ir voy va vamos venir viene hacer hecho hice poner pone dar da dado dejar deja ver veo visto encontrar saber sé creer creo
		pensar pienso esperar espero esperando querer quiere quisiera necesito necesita necesitar gustaría decir dice dijo dijeron
		preguntar escribir intentar intento intentado ayudar ayuda ayuden pasar pasa llegar llega empezar funcionar funciona problema
		problemas pregunta persona gente alguien nadie`
	idleItalian = `oggi ieri domani adesso presto tardi recentemente spesso talvolta finora ancora subito giorno giorni settimana
		settimane mese mesi anno anni ora ore minuto minuti momento tempo volta volte mattina sera notte lunedì martedì mercoledì giovedì
		venerdì sabato domenica gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre due tre
		quattro cinque sei sette otto nove dieci primo prima secondo ultimo ultima prossimo prossima molti tanto tanti alcuni qualche
		abbastanza cosa cose parte modo tipo davvero veramente completamente totalmente probabilmente esattamente quasi semplicemente
		purtroppo bene male meglio buono buona grande piccolo lungo nuovo nuova vecchio possibile impossibile sicuro
		ciao buongiorno buonasera grazie saluti prego favore
		andare va vado venire viene fatto mettere dare dato lasciare vedere visto vedo trovare sapere so credo penso spero volere
		bisogno serve dire dice detto chiedere chiesto scrivere provare provato aiutare aiuto arrivare arriva succede iniziare
		aspettare aspetto aspettando funziona funzionare problema problemi domanda persona gente qualcuno nessuno`
	idlePortuguese = `hoje ontem amanhã agora logo tarde cedo recentemente frequentemente vezes vez dia dias semana semanas mês meses
		ano anos hora horas minuto minutos momento tempo manhã noite segunda terça quarta quinta sexta sábado domingo feira janeiro
		fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro dois duas três quatro cinco seis sete oito nove
		dez primeiro primeira último última próximo próxima muito muita muitos pouco vários bastante coisa coisas parte maneira forma
		tipo realmente completamente totalmente provavelmente exatamente quase simplesmente infelizmente bem mal melhor pior bom boa
		grande pequeno longo novo nova velho possível impossível certo olá oi obrigado obrigada saudações favor
		ir vou vai vir vem feito fiz colocar dar deu dado deixar ver vi visto encontrar saber sei acho penso espero esperando querer
		quer preciso precisa dizer diz disse perguntar escrever tentar tentei tento ajudar ajuda chegar chega acontece começar funciona
		funcionar problema problemas pergunta pessoa gente alguém ninguém`
	idleDutch = `vandaag gisteren morgen nu straks binnenkort laat vroeg later onlangs vaak soms meestal eindelijk meteen direct dag
		dagen week weken weekend maand maanden jaar jaren uur uren minuut minuten moment tijd keer keren ochtend middag avond nacht
		maandag dinsdag woensdag donderdag vrijdag zaterdag zondag januari februari maart april mei juni juli augustus september oktober
		november december een twee drie vier vijf zes zeven acht negen tien eerste tweede laatste volgende vorige veel weinig paar
		genoeg half beide ding dingen deel manier soort echt eigenlijk helaas helemaal vrij waarschijnlijk misschien precies bijna
		gewoon natuurlijk goed goede beter slecht groot lang kort oud nieuw nieuwe mogelijk hallo hoi dag bedankt dank groet groeten
		alstublieft graag gaan gaat ging gegaan komen komt kwam doen doet gedaan geven geeft gegeven nemen neemt laten blijven blijft
		zien ziet gezien vinden vindt gevonden weten weet denken denk geloof hoop nodig zeggen zegt gezegd vragen vraag gevraagd
		schrijven krijgen krijg krijgt proberen probeer geprobeerd helpen hulp gebeurt staan staat wachten wacht werkt werken
		probleem problemen mensen iemand niemand`
	idleSwedish = `idag igår imorgon snart sent tidigt nyligen ofta ibland alltid aldrig äntligen direkt dag dagar vecka veckor helg
		månad månader år timme timmar minut minuter stund tid gång gånger morgon kväll natt måndag tisdag onsdag torsdag fredag lördag
		söndag januari februari mars april maj juni juli augusti september oktober november december två tre fyra fem sex sju åtta nio
		tio första andra sista nästa många lite mindre nog halv båda sak saker del sätt verkligen tyvärr helt ganska troligen kanske
		precis nästan bara bra bättre dålig stor lång kort gammal ny nytt nya möjligt hej tack hälsningar snälla gärna ja nej
		gå går gick komma kommer kom göra gör gjort ge ger gett ta tar tagit låta se ser sett hitta vet tror hoppas vill behöver säga
		säger sagt fråga skriva få får fått försöka försöker försökt hjälpa hjälp händer står vänta väntar fungerar funkar problem folk någon`
	idleDanish = `dag idag går igår morgen imorgen nu snart sent tidligt nylig ofte sommetider altid aldrig endelig straks dage uge uger
		weekend måned måneder år time timer minut minutter øjeblik tid gang gange aften nat mandag tirsdag onsdag torsdag fredag lørdag
		søndag januar februar marts april maj juni juli august september oktober november december to tre fire fem seks syv otte ni ti
		første anden sidste næste mange lidt mindre nok halv begge ting del måde virkelig desværre helt ganske måske præcis næsten bare
		god godt bedre dårlig stor lang kort gammel ny nyt nye muligt hej tak hilsen venligst gerne ja nej
		gå gik komme kommer kom gøre gør gjort give giver givet tage tager taget lade se ser set finde finder fundet ved tror håber
		ønsker behøver sige siger sagt spørge spørger skrive få får fået prøve prøver prøvet hjælpe hjælp sker stå står vente venter
		venter virker fungerer problem problemer folk nogen ingen`
	idleNorwegian = `dag idag går igår morgen imorgen nå snart sent tidlig nylig ofte noen ganger alltid aldri endelig straks dager uke
		uker helg måned måneder år time timer minutt minutter øyeblikk tid gang kveld natt mandag tirsdag onsdag torsdag fredag lørdag
		søndag januar februar mars april mai juni juli august september oktober november desember to tre fire fem seks sju syv åtte ni ti
		første andre siste neste mange litt mindre nok halv begge ting del måte virkelig dessverre helt ganske kanskje nøyaktig nesten
		bare god godt bedre dårlig stor lang kort gammel ny nytt nye mulig hei takk hilsen gjerne ja nei
		gå gikk komme kommer kom gjøre gjør gjort gi gir gitt ta tar tatt la se ser sett finne finner funnet vet tror håper ønsker
		trenger si sier sagt spørre spør skrive få får fått prøve prøver prøvd hjelpe hjelp skjer stå står vente venter virker fungerer
		problem problemer folk`
	idleFinnish = `tänään eilen huomenna pian myöhään aikaisin äskettäin usein joskus aina vihdoin heti päivä päivää päivän viikko
		viikkoa viikon viikonloppu kuukausi kuukautta kuukauden vuosi vuotta vuoden tunti tuntia minuutti minuuttia hetki aika aikaa kerta
		kertaa kerran aamu ilta yö maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai tammikuu helmikuu maaliskuu huhtikuu
		toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan
		yhdeksän kymmenen ensimmäinen toinen viimeinen seuraava monta paljon vähän tarpeeksi puoli asia asiat osa tapa todella valitettavasti
		täysin melko ehkä juuri melkein hyvä parempi huono iso pitkä lyhyt vanha uusi mahdollista hei moi terve kiitos terveisin kyllä
		mennä menee tulla tulee tuli tehdä tehnyt antaa ottaa jättää nähdä löytää löydy tietää tiedä luulen toivon haluan tarvitsen
		sanoa sanoo kysyä kysymys kirjoittaa saada saan saanut yrittää yritän yrittänyt auttaa apua tapahtuu odottaa odotan odottanut
		toimii toimi ongelma ongelmia joku`
	idleTurkish = `bugün dün yarın şimdi yakında geç erken geçenlerde sık bazen daima asla nihayet hemen gün günü gündür hafta haftadır
		ay aydır yıl yıldır saat saattir dakika an zaman kere kez defa sabah akşam gece pazartesi salı çarşamba perşembe cuma cumartesi
		pazar ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık iki üç dört beş altı yedi sekiz dokuz on ilk
		birinci ikinci son gelecek geçen birçok birkaç az yeterli yarım şey şeyler kısım tür gerçekten maalesef tamamen oldukça belki
		tam neredeyse sadece iyi kötü büyük uzun kısa eski yeni mümkün merhaba selam teşekkür teşekkürler saygılar evet hayır
		gitmek gidiyor gelmek geldi geliyor gelmedi yapmak yaptım yapıyor vermek verdi almak aldım bırakmak görmek görüyorum bulmak
		bilmek biliyorum düşünüyorum umuyorum istemek ihtiyacım demek dedi söylemek sormak soru yazmak denemek denedim yardım yardımcı
		oluyor beklemek bekliyorum çalışmıyor çalışıyor sorun problem kimse biri`
	idleRomanian = `azi astăzi ieri mâine curând târziu devreme recent adesea uneori mereu niciodată imediat zi zile săptămână săptămâni
		lună luni an ani oră ore minut minute moment timp dată ori dimineața seara noaptea marți miercuri joi vineri sâmbătă duminică
		ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie unu doi două trei patru cinci
		șase șapte opt nouă zece primul prima ultimul ultima următor mult multe multă puțin câteva destul jumătate lucru lucruri parte mod
		fel chiar complet total probabil exact aproape simplu bine rău bun bună mare mic lung nou nouă vechi posibil imposibil bună salut
		mulțumesc salutări rog merge mers vine venit face făcut pune pus da dat lăsa vede văzut găsi știu cred sper vrea nevoie spune spus
		întreb întrebare scrie încerca încercat ajuta ajutor ajunge începe aștept aștepta funcționează problemă probleme cineva nimeni`
	idleHungarian = `ma tegnap holnap most hamar hamarosan későn korán nemrég gyakran néha mindig soha végre azonnal nap napja napon hét
		hete héten hétvége hónap hónapja év éve óra órája perc perce pillanat idő alkalommal reggel este éjjel hétfő kedd szerda csütörtök
		péntek szombat vasárnap január február március április május június július augusztus szeptember október november december kettő két
		három négy öt hat nyolc kilenc tíz első második utolsó következő sok kevés néhány elég fél dolog dolgok rész mód igazán sajnos
		teljesen elég talán pontosan majdnem egyszerűen jó jobb rossz nagy hosszú rövid régi új lehetséges helló szia köszönöm üdvözlettel
		igen menni megy jön jött jönni csinálni tenni adni venni hagyni látni látom találni tudni tudom hiszem remélem akarom szükségem
		mondani mondta kérdezni kérdés írni kapni kaptam próbálni próbáltam segíteni segítség történik várni várok működik probléma valaki senki`
	idleRussian = `сегодня вчера завтра сейчас теперь скоро поздно рано недавно часто иногда всегда никогда наконец сразу день дня дней
		неделя неделю недели недель месяц месяца месяцев год года лет час часа часов минута минуты минут момент время раз раза утром вечером
		ночью понедельник вторник среда среду четверг пятница пятницу суббота воскресенье января февраля марта апреля мая июня июля августа
		сентября октября ноября декабря один одна два две три четыре пять шесть семь восемь девять десять первый первая второй последний
		последняя следующий много мало несколько достаточно половина вещь вещи часть способ вид действительно сожалению полностью совсем
		наверное возможно точно почти просто хорошо хороший лучше плохо плохой большой длинный короткий старый новый новая новое привет
		здравствуйте спасибо уважением пожалуйста идти идет идёт пришел пришла пришло прийти придет делать сделать сделал сделала дать
		дали взять оставить видеть вижу найти нашел знать знаю думаю надеюсь хочу хотел хотела хотелось нужен нужна сказать сказали говорит
		спросить вопрос писать написал написала получить пытаюсь пытался помочь помогите помощь происходит ждать жду ждем работает
		работать проблема проблемы кто-то никто`
	idleArabic = `اليوم امس أمس غدا قريبا متاخر مبكر مؤخرا دائما احيانا أحيانا ابدا أبدا اخيرا فورا يوم يومين ايام أيام اسبوع أسبوع
		اسبوعين اسابيع أسابيع شهر شهرين اشهر أشهر شهور سنة سنوات عام ساعة ساعتين ساعات دقيقة دقائق لحظة وقت مرة مرات صباحا مساء ليلا الاثنين
		الإثنين الثلاثاء الأربعاء الاربعاء الخميس الجمعة السبت الأحد الاحد يناير فبراير مارس ابريل أبريل مايو يونيو يوليو اغسطس أغسطس سبتمبر
		اكتوبر أكتوبر نوفمبر ديسمبر واحد اثنين ثلاثة اربعة أربعة خمسة ستة سبعة ثمانية تسعة عشرة اول أول الأولى ثاني آخر اخر الماضي القادم
		كثير كثيرا قليل بعض شيء اشياء أشياء جزء طريقة نوع حقا فعلا تماما ربما تقريبا فقط للأسف جيد افضل أفضل سيئ كبير طويل قصير قديم جديد
		جديدة ممكن مرحبا اهلا أهلا السلام شكرا تحياتي فضلك ذهب يذهب جاء ياتي يأتي وصل فعل عمل يعمل اعطى ترك رأيت ارى وجد اعرف أعرف اعتقد
		أعتقد اتمنى أتمنى احتاج أحتاج قال يقول سأل سؤال كتب حاولت احاول أحاول مساعدة ساعدوني يحدث حدث انتظر أنتظر مشكلة مشاكل شخص احد أحد`
	idleHebrew = `היום אתמול מחר עכשיו בקרוב מאוחר מוקדם לאחרונה תמיד לפעמים סוף מיד יום יומיים ימים שבוע שבועיים שבועות חודש חודשיים
		חודשים שנה שנים שעה שעתיים שעות דקה דקות רגע זמן פעם פעמים בוקר ערב לילה ראשון שני שלישי רביעי חמישי שישי שבת ינואר פברואר מרץ
		אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר אחד שתיים שניים שלוש ארבע חמש שש שבע שמונה תשע עשר ראשונה אחרון אחרונה הבא
		הרבה מעט כמה מספיק חצי דבר דברים חלק דרך סוג באמת לצערי לגמרי אולי בדיוק כמעט פשוט טוב טובה יותר רע גדול ארוך קצר ישן חדש חדשה
		אפשרי שלום היי תודה בברכה הולך הלך בא הגיע מגיע עושה עשיתי לעשות נותן לקחת לקח רואה ראיתי מצאתי יודע חושב מקווה צריכה רציתי אומר
		אמר אמרו שאלה לשאול כתבתי לקבל קיבלתי מנסה ניסיתי לעזור עזרה קורה לחכות מחכה עובד בעיה בעיות מישהו`
	idleKorean = `오늘 어제 내일 지금 최근 항상 가끔 자주 드디 디어 바로 주일 개월 시간 오전 오후 아침 저녁 월요 화요 수요 목요 금요 토요 일요 요일 정말 너무
		매우 아주 거의 아마 그냥 조금 많이 계속 다시 아직 이미 벌써 문제 질문 도움 문의 안녕 감사 부탁 확인 가능 필요 생각 사용 경우 때문 관련 이번 저번 지난`
	idleJapanese = `今日 昨日 明日 今 最近 毎日 毎週 先週 来週 今週 先月 来月 今月 時間 午前 午後 月曜 火曜 水曜 木曜 金曜 土曜 日曜 曜日 本当 全然 問題 質問 場合 方法
		必要 可能 使用 確認 連絡 困っ お願 願い 何度 一度 以上 以前 現在`
	idleChinese = `今天 昨天 明天 现在 現在 最近 经常 經常 总是 總是 从来 小时 小時 分钟 分鐘 星期 上周 下周 上月 下月 早上 晚上 下午 时候 時候 一直 已经 已經 还是 還是
		非常 真的 可能 大概 几乎 问题 問題 情况 情況 方法 需要 可以 使用 知道 觉得 覺得 帮助 幫助 麻烦 麻煩 谢谢 謝謝 您好 你好 一个 一個 多次 几天 几次`
)

// idleOf says, per word, in which languages it names nothing: bit n for tongue n.
var idleOf = indexIdle()

func indexIdle() map[string]uint32 {
	out := make(map[string]uint32)
	for n, list := range map[tongue]string{langEN: idleEnglish, langDE: idleGerman, langFR: idleFrench, langES: idleSpanish, langIT: idleItalian,
		langPT: idlePortuguese, langNL: idleDutch, langSV: idleSwedish, langDA: idleDanish, langNO: idleNorwegian, langFI: idleFinnish,
		langTR: idleTurkish, langRO: idleRomanian, langHU: idleHungarian, langRU: idleRussian, langAR: idleArabic, langHE: idleHebrew,
		langKO: idleKorean, langJA: idleJapanese, langZH: idleChinese} {
		for w := range strings.FieldsSeq(list) {
			out[fold(strings.ToLower(w))] |= 1 << n
		}
	}
	return out
}

// idle says whether a word names nothing in a language: it only builds sentences, or could be about anything.
func (n tongue) idle(word string) bool {
	return n.functional(word) || courtesies[word] || idleOf[word]&(1<<n) != 0
}
