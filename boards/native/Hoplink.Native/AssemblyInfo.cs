using System.Reflection;

// With the checksum of its native methods this is how tools tell whether an image suits the assembly.
[assembly: AssemblyNativeVersion("1.0.0.0")]
[assembly: AssemblyVersion("1.0.0.0")]
