//go:build !linux

package main

// unmapProgram is for kernels that say which pages they hold.
func unmapProgram() {}
