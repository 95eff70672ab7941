// Package zoo holds servers and clients that others could have written, in other languages, and grades them as a
// learner would. They run where their language is installed; a test that cannot run says so.
package zoo
