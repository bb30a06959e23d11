namespace Hoplink.Nano.Check;

/// <summary>What the device cannot bear; the number in front of the build's error. The README beside says why of each.</summary>
internal enum Rule
{
    Generics = 1,
    CheckedArithmetic = 2,
    MultiDimensionalArray = 3,
    InterfaceBody = 4,
    Pointer = 5,
    StackAllocation = 6,
    FunctionPointer = 7,
    LargeSwitch = 8,
    StaticOrder = 9,
    NulInString = 10,
    HashtableKey = 11,
    IlSize = 12,
    StringSize = 13,
    MethodCount = 14,
    SlotCount = 15,
    EmbeddedAttribute = 16,
}

/// <summary>One breach of a rule. <paramref name="Where"/> is a type, or a method with its type, or the assembly.</summary>
internal sealed record Finding(Rule Rule, string Where, string What)
{
    /// <summary>A line that the build takes for an error.</summary>
    public string ToLine(string file) => $"{file} : error NANO{(int)Rule:D3}: {Where}: {What}";
}
