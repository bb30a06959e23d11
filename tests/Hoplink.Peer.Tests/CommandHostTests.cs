using System.CommandLine;
using Hoplink.Host;

namespace Hoplink.Peer.Tests;

public sealed class CommandHostTests
{
    [Fact]
    public async Task An_error_in_the_program_is_one_line_and_exit_code_1()
    {
        (int exit, string error) = await RunAsync(_ => throw new InvalidOperationException("first\nsecond"), CancellationToken.None);

        Assert.Equal(ExitCode.Failed, exit);
        Assert.Equal("failed: InvalidOperationException: first second\n", error);
    }

    [Fact]
    public async Task A_failure_of_the_system_is_told_in_its_words_and_exit_code_1()
    {
        (int exit, string error) = await RunAsync(_ => throw new IOException("no space left"), CancellationToken.None);

        Assert.Equal((ExitCode.Failed, "failed: no space left\n"), (exit, error));
    }

    [Fact]
    public async Task What_a_signal_interrupts_is_done()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        (int exit, string error) = await RunAsync(context => Task.FromCanceled<int>(context.Stop), stop.Token);

        Assert.Equal((ExitCode.Done, string.Empty), (exit, error));
    }

    private static async Task<(int Exit, string Error)> RunAsync(Func<CommandContext, Task<int>> action, CancellationToken stop)
    {
        var command = new Command("test");
        CommandHost.SetAction(command, action);
        var error = new StringWriter();
        int exit = await CommandHost.InvokeAsync(command, [], TextWriter.Null, error, TextReader.Null, stop);
        return (exit, error.ToString());
    }
}
