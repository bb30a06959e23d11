using System;

namespace nanoFramework.TestFramework;

/// <summary>A class with tests.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TestClassAttribute : Attribute
{
}

/// <summary>A test: a public method without parameters, which passes unless it throws.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TestMethodAttribute : Attribute
{
}

/// <summary>What a test expects: as much of the device's own class as these tests use.</summary>
public static class Assert
{
    /// <summary>The condition holds.</summary>
    public static void IsTrue(bool condition, string message = "")
    {
        Check(condition, "the condition does not hold", message);
    }

    /// <summary>The condition does not hold.</summary>
    public static void IsFalse(bool condition, string message = "")
    {
        Check(!condition, "the condition holds", message);
    }

    /// <summary>Two numbers are the same.</summary>
    public static void AreEqual(int expected, int actual, string message = "")
    {
        Check(expected == actual, $"{actual} is not {expected}", message);
    }

    /// <summary>Two numbers are the same.</summary>
    public static void AreEqual(uint expected, uint actual, string message = "")
    {
        Check(expected == actual, $"{actual} is not {expected}", message);
    }

    /// <summary>Two numbers are the same.</summary>
    public static void AreEqual(long expected, long actual, string message = "")
    {
        Check(expected == actual, $"{actual} is not {expected}", message);
    }

    /// <summary>Two numbers are the same.</summary>
    public static void AreEqual(ulong expected, ulong actual, string message = "")
    {
        Check(expected == actual, $"{actual} is not {expected}", message);
    }

    private static void Check(bool holds, string why, string message)
    {
        if (!holds)
        {
            throw new AssertFailedException(message.Length == 0 ? why : message + ": " + why);
        }
    }
}

/// <summary>A test's expectation was not met.</summary>
public sealed class AssertFailedException : Exception
{
    /// <summary>Says which.</summary>
    public AssertFailedException(string message)
        : base(message)
    {
    }
}
