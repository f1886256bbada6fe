// Package archtest holds no code but tests: the rules of docs/architecture.md
// on who may import and call what, and programs that must not compile.
//
// The tests read the files of the module themselves, so that the test cache
// sees a forbidden import. A package that is in no table fails.
package archtest
