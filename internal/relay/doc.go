// Package relay follows one run of an agent: its events become progress, live and in order, and one outcome.
package relay
