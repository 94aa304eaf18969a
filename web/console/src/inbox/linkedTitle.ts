import { t, word } from "./linked";
import type { Source } from "./source";

/** linkedTitle says in words which tickets a link opened. */
export function linkedTitle(source: Source, topic: string): string {
  const { issue, topic: topicId, figure, week, ids, live, from } = source.query;
  if (live) return word(`linked.live.${live}`, live);
  if (figure && from) return word(`figure.${figure}`, figure.replaceAll("_", " "));
  if (issue || topicId) return topic ? t("linked.topic", { topic }) : t("linked.aTopic");
  if (figure) return t(week ? "linked.figureWeek" : "linked.figure", { figure: word(`figure.${figure}`, figure.replaceAll("_", " ")), week: week ?? "" });
  if (ids) return t("linked.ids", { count: ids.split(",").length });
  return t("view.linked");
}
