// C++ names: expected texts are those of __cxa_demangle (libstdc++), which bpftrace uses.
import test from 'ava';
import { demangle } from '../../../../src/kernel/host/demangle.js';

const NAMES: readonly (readonly [mangled: string, source: string | undefined])[] = [
  ['_Z1fv', 'f()'],
  ['_Z1fiPKcRSs', 'f(int, char const*, std::string&)'],
  ['_ZN1n1fEi', 'n::f(int)'],
  ['_ZN12_GLOBAL__N_11fEv', '(anonymous namespace)::f()'],
  ['_ZNK1A1fEv', 'A::f() const'],
  ['_ZNKR1A1fEv', 'A::f() const &'],
  ['_ZNO1A1fEv', 'A::f() &&'],
  ['_ZN1AC1Ev', 'A::A()'],
  ['_ZN1AD2Ev', 'A::~A()'],
  ['_ZN1AcvbEv', 'A::operator bool()'],
  ['_ZN1AplERKS_', 'A::operator+(A const&)'],
  ['_ZN1AclEv', 'A::operator()()'],
  ['_ZN1AixEi', 'A::operator[](int)'],
  ['_Znwm', 'operator new(unsigned long)'],
  ['_ZdaPv', 'operator delete[](void*)'],
  ['_Zli2_xy', 'operator"" _x(unsigned long long)'],
  ['_ZN1AIiE1fEv', 'A<int>::f()'],
  ['_Z1fIiEvT_', 'void f<int>(int)'],
  ['_Z1fIiET_S0_', 'int f<int>(int)'],
  ['_Z1fIJidEEvDpT_', 'void f<int, double>(int, double)'],
  ['_Z1fIJEEvDpT_', 'void f<>()'],
  ['_Z1fILi5ELb1EEvv', 'void f<5, true>()'],
  ['_Z1fILin3EEvv', 'void f<-3>()'],
  ['_Z1fPFviE', 'f(void (*)(int))'],
  ['_Z1fPFvPFiiEE', 'f(void (*)(int (*)(int)))'],
  ['_Z1fM1AKFivE', 'f(int (A::*)() const)'],
  ['_Z1fM1Ai', 'f(int A::*)'],
  ['_Z1fRA5_Ki', 'f(int const (&) [5])'],
  ['_Z1fPA3_A4_i', 'f(int (*) [3][4])'],
  ['_Z1fPKPVc', 'f(char volatile* const*)'],
  ['_Z1fOi', 'f(int&&)'],
  ['_Z1fDn', 'f(decltype(nullptr))'],
  ['_Z1fz', 'f(...)'],
  ['_ZSt4swapIiEvRT_S1_', 'void std::swap<int>(int&, int&)'],
  ['_ZNSt6vectorIiSaIiEE9push_backERKi', 'std::vector<int, std::allocator<int> >::push_back(int const&)'],
  ['_ZNSs6appendEPKc', 'std::string::append(char const*)'],
  [
    '_ZNSsC1EPKcRKSaIcE',
    'std::basic_string<char, std::char_traits<char>, std::allocator<char> >::basic_string(char const*, std::allocator<char> const&)',
  ],
  [
    '_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE5clearEv',
    'std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >::clear()',
  ],
  ['_ZN1n1fB5cxx11Ev', 'n::f[abi:cxx11]()'],
  [
    '_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_PKc',
    'std::basic_ostream<char, std::char_traits<char> >& std::operator<< <std::char_traits<char> >(std::basic_ostream<char, std::char_traits<char> >&, char const*)',
  ],
  ['_ZZ4mainE1x', 'main::x'],
  ['_ZZ1fvENKUlvE_clEv', 'f()::{lambda()#1}::operator()() const'],
  ['_ZZ1fvENKUlT_E0_clIiEEDaS_', 'auto f()::{lambda(auto:1)#2}::operator()<int>(int) const'],
  ['_ZN1nUt_1fEv', 'n::{unnamed type#1}::f()'],
  ['_ZTV1A', 'vtable for A'],
  ['_ZTI1A', 'typeinfo for A'],
  ['_ZGVZ1fvE1x', 'guard variable for f()::x'],
  ['_ZThn16_N1A1fEv', 'non-virtual thunk to A::f()'],
  ['_ZTv0_n24_N1A1fEv', 'virtual thunk to A::f()'],
  ['_Z1fv.cold', 'f() [clone .cold]'],
  ['_Z1fi.isra.0.cold', 'f(int) [clone .isra.0] [clone .cold]'],
  ['_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE', 'core::fmt::Write::write_fmt::h0123456789abcdef'],
  ['_ZN', undefined],
  ['_Z', undefined],
  ['_Z1fvQ', undefined],
  ['_Z99f', undefined],
  ['_ZS_', undefined],
  ['_Z1fT_', undefined],
  ['main', undefined],
  [`_Z1f${'P'.repeat(5000)}i`, undefined],
];

for (const [mangled, source] of NAMES) {
  test(`${mangled.slice(0, 60)} is ${source?.slice(0, 60) ?? 'left as it is'}`, t => {
    t.is(demangle(mangled), source);
  });
}

test('no text makes it throw or run away', t => {
  const letters = 'ZNEISTt_0123456789CDLXUKPROFAMviclS';
  let seed = 99;
  for (let round = 0; round < 20_000; round++) {
    let text = '_Z';
    for (let i = 0; i < 24; i++) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      text += letters[(seed >>> 8) % letters.length];
    }
    demangle(text);
  }
  // Each template argument doubles what the one before it was.
  let doubling = '_Z1fI1A';
  for (let i = 0; i < 60; i++)
    doubling += `1BIS${i === 0 ? '_' : `${(i - 1).toString(36).toUpperCase()}_`}S_E`;
  demangle(`${doubling}Evv`);
  t.pass();
});
