using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hoplink.Peer.Tests.Support;

/// <summary>The program as a process of its own: for signals and crashes.</summary>
internal sealed class ChildCommand : IDisposable
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    private readonly Process _process;

    public ChildCommand(params string[] args)
        : this(Dotnet, [Program, .. args])
    {
    }

    private ChildCommand(string file, string[] args)
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        Array.ForEach(args, start.ArgumentList.Add);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Output.Write(line.Data + "\n");
        _process.ErrorDataReceived += (_, line) => Error.Write(line.Data + "\n");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public LineWriter Output { get; } = new();

    public LineWriter Error { get; } = new();

    private static string Dotnet =>
        Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet";

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Hoplink.Cli.dll");

    /// <summary>Runs it in a shell that first does something to itself, as in "ulimit -n 1024" or "exec 1&gt;/dev/full".</summary>
    public static ChildCommand Under(string preparation, params string[] args)
    {
        return new ChildCommand("sh", ["-c", preparation + "; exec \"$@\"", "sh", Dotnet, Program, .. args]);
    }

    /// <summary>The exit code, or 128 + the number of the signal that ended it.</summary>
    public int WaitForExit()
    {
        if (!_process.WaitForExit(TimeSpan.FromSeconds(60)))
        {
            throw new TimeoutException("the process does not end");
        }

        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Signal(int signal)
    {
        Assert.Equal(0, SendSignal(_process.Id, signal));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int pid, int signal);
}
