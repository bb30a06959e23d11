namespace Hoplink.Delivery;

/// <summary>What System.Math has elsewhere: it is an assembly of its own on a board, which nothing else here needs.</summary>
internal static class Integers
{
    internal static int Smaller(int left, int right)
    {
        return left < right ? left : right;
    }

    internal static int Larger(int left, int right)
    {
        return left > right ? left : right;
    }
}
