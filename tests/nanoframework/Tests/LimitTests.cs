using Hoplink.Nano.Check;

namespace Hoplink.Nano.Tests;

/// <summary>The device's counters: what just fits passes, one more is refused.</summary>
public sealed class LimitTests
{
    private const int MostBytes = 65_535;

    [Fact]
    public void The_il_of_an_assembly_takes_64_KB_at_most()
    {
        int each = Sample.Check(Calls(11)).IlSize - Sample.Check(Calls(10)).IlSize;
        int most = 10 + ((MostBytes - Sample.Check(Calls(10)).IlSize) / each);
        Assert.Empty(Sample.Check(Calls(most)).Findings);
        Assert.Equal([Rule.IlSize], Sample.Check(Calls(most + 1)).Findings.Select(f => f.Rule));

        static string Calls(int count)
        {
            return "static class A { static void N() { } static void M() { " + string.Concat(Enumerable.Repeat("N(); ", count)) + "} }";
        }
    }

    // A call is one byte and a token of two, where it is four elsewhere; the two returns are a byte each.
    [Fact]
    public void Il_is_measured_as_the_device_encodes_it()
    {
        Assert.Equal(1 + 3 + 1, Sample.Check("static class A { static void N() { } static void M() { N(); } }").IlSize);
    }

    // N's return; the call and the leave of the try; the pop and the leave of the handler; the return; and the table.
    [Fact]
    public void Handlers_of_exceptions_count()
    {
        int size = Sample.Check("static class A { static void N() { } static void M() { try { N(); } catch { } } }").IlSize;
        Assert.Equal(1 + (3 + 2) + (1 + 2) + 1 + 13, size);
    }

    [Fact]
    public void The_strings_of_an_assembly_take_64_KB_at_most()
    {
        int most = MostBytes - Sample.Check(Literal(1)).StringSize + 1;
        Assert.Empty(Sample.Check(Literal(most)).Findings);
        Assert.Equal([Rule.StringSize], Sample.Check(Literal(most + 1)).Findings.Select(f => f.Rule));

        static string Literal(int length) => "static class A { static string M() => \"" + new string('-', length) + "\"; }";
    }

    [Fact]
    public void Names_count_as_strings_each_once_and_in_utf8()
    {
        int plain = Sample.Check("class A { void Mark() { } }").StringSize;
        Assert.Equal(plain + "Märk".Length + 2, Sample.Check("class A { void Mark() { } void Märk() { } }").StringSize);
        Assert.Equal(plain, Sample.Check("class A { void Mark() { } void Mark(int x) { } string Mark(long x) => \"Mark\"; }").StringSize);
    }

    [Theory]
    [InlineData("static class A", "static void M", 255)]
    [InlineData("abstract class A", "public virtual void M", 255)]
    [InlineData("class A", "void M", 254)] // and the constructor
    public void A_type_has_255_methods_of_a_kind_at_most(string type, string method, int most)
    {
        Assert.Empty(Sample.Check(Methods(most)).Findings);
        Assert.Equal([Rule.MethodCount], Sample.Check(Methods(most + 1)).Findings.Select(f => f.Rule));

        string Methods(int count) => type + " { " + string.Concat(Enumerable.Range(0, count).Select(i => $"{method}{i}() {{ }} ")) + "}";
    }

    [Theory]
    [InlineData("static", 255)]
    [InlineData("", 254)] // and this
    public void A_method_has_255_arguments_at_most(string kind, int most)
    {
        Assert.Empty(Sample.Check(Arguments(most)).Findings);
        Assert.Equal([Rule.SlotCount], Sample.Check(Arguments(most + 1)).Findings.Select(f => f.Rule));

        string Arguments(int count)
        {
            return $"class A {{ {kind} void M(" + string.Join(',', Enumerable.Range(0, count).Select(i => $"int a{i}")) + ") { } }";
        }
    }

    [Fact]
    public void A_method_has_255_locals_at_most()
    {
        Assert.Empty(Sample.Check(Locals(255)).Findings);
        Assert.Equal([Rule.SlotCount], Sample.Check(Locals(256)).Findings.Select(f => f.Rule));

        static string Locals(int count)
        {
            return "class A { static void N(ref int x) { } void M() { "
                + string.Concat(Enumerable.Range(0, count).Select(i => $"int a{i} = {i}; N(ref a{i}); ")) + "} }";
        }
    }

    [Fact]
    public void A_method_has_255_slots_of_stack_at_most()
    {
        Assert.Empty(Sample.Check(Sum(255)).Findings);
        Assert.Equal([Rule.SlotCount], Sample.Check(Sum(256)).Findings.Select(f => f.Rule));

        // a - (a - (a - ...: each waits on the stack for what is right of it.
        static string Sum(int terms)
        {
            return "class A { static int M(int a) => " + string.Concat(Enumerable.Repeat("a - (", terms - 1))
                + "a" + new string(')', terms - 1) + "; }";
        }
    }
}
