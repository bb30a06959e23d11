using System.CommandLine;
using Hoplink.Fuzz.Ends;
using SharpFuzz;

namespace Hoplink.Fuzz;

/// <summary>What a fuzzer runs, and what a person runs before and after it.</summary>
internal static class Program
{
    private static readonly Argument<string> _target = new("target") { Description = "One of: " + string.Join(", ", FuzzTargets.Names) };

    private static int Main(string[] args)
    {
        _target.AcceptOnlyFromAmong([.. FuzzTargets.Names]);
        var root = new RootCommand("Fuzzes what Hoplink reads from networks, files and people.") { Afl(), LibFuzzer(), Seeds(), Replay(), Run() };
        return root.Parse(args).Invoke();
    }

    private static Command Afl()
    {
        var command = new Command("afl", "Takes its inputs from afl-fuzz, which starts it.") { _target };
        command.SetAction(result =>
        {
            // Made with the first input: instrumented code must not run before the fuzzer is there.
            var target = new Lazy<FuzzTarget>(() => FuzzTargets.Create(result.GetRequiredValue(_target)));
            Fuzzer.OutOfProcess.Run(stream =>
            {
                using var file = new MemoryStream();
                stream.CopyTo(file);
                target.Value.Run(file.ToArray());
            });
        });
        return command;
    }

    private static Command LibFuzzer()
    {
        var command = new Command("libfuzzer", "Takes its inputs from libfuzzer-dotnet, which starts it.") { _target };
        command.SetAction(result =>
        {
            string name = result.GetRequiredValue(_target);
            var target = new Lazy<FuzzTarget>(() => FuzzTargets.Create(name));

            // The driver gives up an input that does not come back, but leaves this process to go on with it.
            using var watchdog = new Watchdog(name, seed: null);
            Fuzzer.LibFuzzer.Run(bytes =>
            {
                byte[] file = bytes.ToArray();
                watchdog.Begin(file);
                try
                {
                    target.Value.Run(file);
                }
                finally
                {
                    watchdog.Done();
                }
            });
        });
        return command;
    }

    private static Command Seeds()
    {
        var folder = new Argument<string>("folder") { Description = "Where they are written; it is made if need be." };
        var count = new Option<int>("--count") { Description = "How many.", DefaultValueFactory = _ => 200 };
        var command = new Command("seeds", "Writes inputs to start a fuzzer with.") { _target, folder, count };
        command.SetAction(result =>
        {
            using FuzzTarget target = FuzzTargets.Create(result.GetRequiredValue(_target));
            string path = result.GetRequiredValue(folder);
            Directory.CreateDirectory(path);
            var random = new SimRandom(1);
            for (int i = 0; i < result.GetRequiredValue(count); i++)
            {
                File.WriteAllBytes(Path.Combine(path, $"seed-{i:D4}"), target.Generate(random, most: 4));
            }
        });
        return command;
    }

    private static Command Replay()
    {
        var input = new Argument<string>("input") { Description = "A file, or its bytes in hex digits." };
        var command = new Command("replay", "Plays one input, and lets its exception out.") { _target, input };
        command.SetAction(result =>
        {
            string given = result.GetRequiredValue(input);
            byte[] file = File.Exists(given) ? File.ReadAllBytes(given) : Convert.FromHexString(given);
            using FuzzTarget target = FuzzTargets.Create(result.GetRequiredValue(_target));
            int inputs = target.Run(file);
            Console.WriteLine($"{inputs} input{(inputs == 1 ? string.Empty : "s")}, nothing broken");
        });
        return command;
    }

    private static Command Run()
    {
        var inputs = new Option<int>("--inputs") { Description = "How many inputs.", DefaultValueFactory = _ => 1_000_000 };
        var seed = new Option<ulong?>("--seed") { Description = "Where they come from; another each time if it is not given." };
        var command = new Command("run", "Makes inputs and runs them, without a fuzzer: what the tests do, for as long as wanted.")
        {
            _target, inputs, seed,
        };
        command.SetAction(result =>
        {
            ulong from = result.GetValue(seed) ?? (ulong)Random.Shared.NextInt64();
            string name = result.GetRequiredValue(_target);
            int count = result.GetRequiredValue(inputs);
            Console.WriteLine($"target {name}, seed {from}");
            using FuzzTarget target = FuzzTargets.Create(name);
            try
            {
                Campaign.Run(target, from, count);
            }
            catch (FuzzFailure e)
            {
                Console.Error.WriteLine(e.Message);
                return 1;
            }

            Console.WriteLine($"{count} inputs, nothing broken");
            if (target is EndTarget end)
            {
                Console.Write($"encrypted: {end.Encrypted}not encrypted: {end.Plain}");
            }

            return 0;
        });
        return command;
    }
}
