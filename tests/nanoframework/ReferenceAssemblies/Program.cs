using Hoplink.Nano.ReferenceAssemblies;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: Hoplink.Nano.ReferenceAssemblies LISTINGS OUTPUT");
    return 2;
}

Directory.CreateDirectory(args[1]);
foreach ((string file, byte[] bytes) in ReferenceSet.Emit(args[0]))
{
    ReferenceSet.WriteIfChanged(Path.Combine(args[1], file), bytes);
}

return 0;
