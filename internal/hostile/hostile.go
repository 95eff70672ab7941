// Package hostile holds the lab against servers that harm whoever talks to them, by mistake or on purpose: the program
// grades each of them as a process, with its default settings. It contains tests alone.
package hostile
