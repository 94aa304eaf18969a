// Package tagger learns from the tags that agents gave tickets which tags a new ticket should have. It is pure: texts
// and tag numbers in, a Model out, no database and no clock.
//
//   - Train (train.go) fits one logistic regression per tag, for those tags that have enough examples.
//   - Model.Suggest (model.go) names the tags of a text with a confidence; Model.MarshalBinary and Restore (pack.go)
//     keep the model between runs.
//   - features.go turns a text into hashed words, pairs of words and pieces of words.
//
// # Why
//
//   - One-vs-rest, since a ticket may have several tags, and because a tag can then be learned alone: the memory of a
//     fit is one tag's weights, however many tags there are.
//   - Pieces of words (3 to 5 characters) beside words: they find what is misspelt and what is inflected, in every
//     script and without a stemmer, and are worth two points of accuracy.
//   - Features are hashed: the model is numbers and holds no word that somebody wrote. What fewer than two customers
//     wrote is not learned at all, and what was erased is gone with the next training.
//   - A confidence is worth something only when it was measured on texts that the model did not see: every example is
//     judged by a model that was fitted without it, scores become chances by a curve through those judgements (Platt
//     1999), and a tag is offered only above the chance from which it was right often enough.
//   - Tags that agents gave are the examples; tickets without any tag say nothing, since nobody may have looked.
//   - Same examples and same seed give the same bytes.
package tagger
