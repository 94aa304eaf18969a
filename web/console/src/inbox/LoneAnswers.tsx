import { Link } from "wouter";
import type { Behind } from "../api/types";
import { sayer } from "../i18n/t";
import { date } from "../i18n/time";
import { backOf } from "./LinkedHead";
import en from "./lone.en.json";
import type { Source } from "./source";

const s = sayer(en);

/** LoneAnswers stands where tickets would: a figure may count answers to survey rounds, which belong to none. */
export default function LoneAnswers({ source, behind }: { source: Source; behind: Behind }) {
  const answers = behind.answers ?? [];
  return (
    <div className="grid gap-3 p-4">
      <p className="text-body">{s("about", { count: behind.counted })}</p>
      <Link href={backOf(source)} className="link w-fit text-dense">
        {s("back")}
      </Link>
      <ul className="grid" aria-label={s("answers")}>
        {answers.map((a, i) => (
          <li key={i} className="flex items-baseline justify-between gap-3 border-b border-line py-1.5 text-dense">
            <span className="font-medium">{s("score", { score: a.score, scale: a.scale })}</span>
            <time className="text-meta text-fg-3" dateTime={a.at}>
              {date(a.at)}
            </time>
          </li>
        ))}
      </ul>
      {answers.length < behind.counted && <p className="text-meta text-fg-3">{s("newest", { count: answers.length })}</p>}
    </div>
  );
}
