package main

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/spf13/cobra"

	"restlab/internal/doctor"
	"restlab/internal/lab"
	"restlab/internal/replay"
	"restlab/internal/session"
)

func (p *program) doctorCommand() *cobra.Command {
	ports := []uint{5000, 5001}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "check whether the lab can work on this machine, and say what to do if not",
		Long: `Check whether the lab can work on this machine: ports, network, proxies, terminal, folders, programs.
It works without a network.

  ✓ good   ! worth a look   – missing, but not everybody needs it   ✗ stops the lab from working

Exit status: 0 nothing stops the lab from working, 1 something does.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.doctor(cmd.Context(), ports) },
	}
	cmd.Flags().UintSliceVar(&ports, "port", ports, "`PORT` that a server is to have; repeatable")
	return cmd
}

func (p *program) doctor(ctx context.Context, ports []uint) error {
	style := p.Style()
	m := doctor.Machine{
		System: runtime.GOOS, Getenv: p.Getenv, Folder: ".",
		Screen: doctor.Screen{Terminal: style.Live, Colour: style.Colour, Width: style.Width},
	}
	if record := replay.Open(p.Getenv); record.Path != "" {
		m.Home = filepath.Dir(record.Path)
	}
	for _, port := range ports {
		if port < 1 || port > 65535 {
			return lab.Usage(fmt.Sprintf("%d is no port", port), "a port is a number from 1 to 65535")
		}
		m.Ports = append(m.Ports, strconv.FormatUint(uint64(port), 10))
	}
	findings := m.Check(ctx)
	if err := ctx.Err(); err != nil {
		return err
	}
	if doctor.Write(p.Out, style, findings) > 0 {
		return session.ErrFailed
	}
	return nil
}
