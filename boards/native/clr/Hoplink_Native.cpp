#include "Hoplink_Native.h"

// clang-format off

// One entry a method of the assembly, in the order of its methods; NULL for those in C#. A test on the assembly holds the entries, their
// order and the checksum.
static const CLR_RT_MethodHandler method_lookup[] =
{
    Library_Hoplink_Native_Hoplink_Native_MbedTls::Sha256___STATIC__VOID__SZARRAY_U1__I4__I4__SZARRAY_U1__I4,
    Library_Hoplink_Native_Hoplink_Native_MbedTls::PrepareKey___STATIC__VOID__SZARRAY_U1__I4__I4__SZARRAY_U1,
    Library_Hoplink_Native_Hoplink_Native_MbedTls::Hmac___STATIC__VOID__SZARRAY_U1__SZARRAY_U1__SZARRAY_U1__I4__I4__SZARRAY_U1__I4__I4,
    Library_Hoplink_Native_Hoplink_Native_MbedTls::Iterate___STATIC__VOID__SZARRAY_U1__SZARRAY_U1__SZARRAY_U1__I4,
    Library_Hoplink_Native_Hoplink_Native_MbedTls::FixedTimeEquals___STATIC__BOOLEAN__SZARRAY_U1__I4__SZARRAY_U1__I4__I4,
    Library_Hoplink_Native_Hoplink_Native_MbedTls::TryGetPublicKey___STATIC__BOOLEAN__SZARRAY_U1__SZARRAY_U1,
    Library_Hoplink_Native_Hoplink_Native_MbedTls::TryAgree___STATIC__BOOLEAN__SZARRAY_U1__SZARRAY_U1__I4__SZARRAY_U1__I4,
    Library_Hoplink_Native_Hoplink_Native_MbedTls::AddKeystream___STATIC__VOID__SZARRAY_U1__SZARRAY_U1__SZARRAY_U1__I4__I4,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
};

const CLR_RT_NativeAssemblyData g_CLR_AssemblyNative_Hoplink_Native =
{
    "Hoplink.Native",
    0xA41BC838,
    method_lookup,
    { 1, 0, 0, 0 }
};

// clang-format on
