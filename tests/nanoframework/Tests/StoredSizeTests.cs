namespace Hoplink.Nano.Tests;

/// <summary>
/// What a board stores of an assembly, counted to the byte: one more of a thing costs its record, its name, its type, its code.
/// </summary>
public sealed class StoredSizeTests
{
    [Theory]
    [InlineData("void M() { }", 16 + 2 + 1)] // the type of the constructor, which is there
    [InlineData("int f;", 8 + 2 + 2)]
    [InlineData("int f; int g;", (2 * (8 + 2)) + 2)] // one type for both
    [InlineData("const int C = 1;", 0)]
    [InlineData("class B { }", 24 + 2 + 16 + 5)] // and its constructor, which calls one
    public void A_member_costs_its_record_its_name_its_type_and_its_code(string member, int bytes)
    {
        Assert.Equal(bytes, Size(member) - Size(""));
    }

    [Fact]
    public void The_data_of_an_array_counts()
    {
        const string sixteen = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16";
        Assert.Equal(8, Size(Array(sixteen + ", 17, 18, 19, 20, 21, 22, 23, 24")) - Size(Array(sixteen)));

        static string Array(string values) => $"static readonly byte[] Data = {{ {values} }};";
    }

    [Fact]
    public void All_is_more_than_code_and_strings()
    {
        var verdict = Sample.Check("class A { string M() => \"text\"; }");
        Assert.True(verdict.TotalSize > verdict.IlSize + verdict.StringSize);
    }

    private static int Size(string members) => Sample.Check($"class A {{ {members} }}").TotalSize;
}
