// The native half of the assembly Hoplink.Native, in the form that nanoFramework's interpreter looks for.
#ifndef HOPLINK_NATIVE_H
#define HOPLINK_NATIVE_H

#include <nanoCLR_Interop.h>
#include <nanoCLR_Runtime.h>
#include <nanoPackStruct.h>

// One method a native method of the C# class, named by its name, its return type and its arguments' types.
struct Library_Hoplink_Native_Hoplink_Native_MbedTls
{
    NANOCLR_NATIVE_DECLARE(Sha256___STATIC__VOID__SZARRAY_U1__I4__I4__SZARRAY_U1__I4);
    NANOCLR_NATIVE_DECLARE(PrepareKey___STATIC__VOID__SZARRAY_U1__I4__I4__SZARRAY_U1);
    NANOCLR_NATIVE_DECLARE(Hmac___STATIC__VOID__SZARRAY_U1__SZARRAY_U1__SZARRAY_U1__I4__I4__SZARRAY_U1__I4__I4);
    NANOCLR_NATIVE_DECLARE(Iterate___STATIC__VOID__SZARRAY_U1__SZARRAY_U1__SZARRAY_U1__I4);
    NANOCLR_NATIVE_DECLARE(FixedTimeEquals___STATIC__BOOLEAN__SZARRAY_U1__I4__SZARRAY_U1__I4__I4);
    NANOCLR_NATIVE_DECLARE(TryGetPublicKey___STATIC__BOOLEAN__SZARRAY_U1__SZARRAY_U1);
    NANOCLR_NATIVE_DECLARE(TryAgree___STATIC__BOOLEAN__SZARRAY_U1__SZARRAY_U1__I4__SZARRAY_U1__I4);
    NANOCLR_NATIVE_DECLARE(AddKeystream___STATIC__VOID__SZARRAY_U1__SZARRAY_U1__SZARRAY_U1__I4__I4);
};

// The platform's random generator, a hoplink_random: a platform without one does not link.
extern "C" int hoplink_platform_random(void *context, unsigned char *output, size_t size);

extern const CLR_RT_NativeAssemblyData g_CLR_AssemblyNative_Hoplink_Native;

#endif
