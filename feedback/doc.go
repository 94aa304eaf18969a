// Package feedback holds the vocabulary of what Heard learns from tickets: surveys and recurring issues. The packages
// below it do the learning.
package feedback
